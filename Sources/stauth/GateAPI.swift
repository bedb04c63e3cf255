import Basics
public import CStauth
import RelyingParty
import Settings

/// What is behind an st_gate.
private final class GateObject {
    let openPaths: OpenPaths

    init(_ openPaths: OpenPaths) {
        self.openPaths = openPaths
    }
}

private let mostOpenPaths = 1000

/// Not in the class's init: Embedded Swift does not free an object whose init throws.
private func readOpenPaths(
    _ pointer: UnsafePointer<UnsafePointer<CChar>?>?, count: Int
) throws(Failure) -> OpenPaths {
    guard (0...mostOpenPaths).contains(count) else {
        throw Failure(.tooLarge, "open_paths has more than \(mostOpenPaths) paths")
    }
    var paths: [Text] = []
    for index in 0..<count {
        guard let pointer = unsafe pointer else { throw Failure(.invalidArgument, "open_paths is NULL") }
        let path = unsafe try Input.text(pointer[index], "open_paths", limit: RequestObject.longestTarget)
        if let problem = OpenPaths.problem(with: path) {
            throw Failure(.configurationInvalid, "open_paths: \(problem)")
        }
        paths.append(path)
    }
    return OpenPaths(paths)
}

@c @implementation
public func st_gate_new(
    _ openPaths: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let out = unsafe try Input.output(out, "out")
        unsafe out.pointee = try Handle.issue(GateObject(readOpenPaths(openPaths, count: count)), .gate)
    }
}

@c @implementation
public func st_gate_free(_ gate: OpaquePointer?) {
    unsafe Handle.withdraw(gate, .gate, as: GateObject.self)
}

@c @implementation
public func st_request_add_route(
    _ request: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ length: Int,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let request = unsafe try RequestObject.of(request).request
        do throws(Failure) {
            try request.addRoutedPath(
                unsafe Input.bytes(path, count: length, "path", limit: RequestObject.longestTarget))
        } catch {
            // No path is open that has NUL.
            try request.addRoutedPath([0])
            throw error
        }
    }
}

@c @implementation
public func st_request_require_login(
    _ request: OpaquePointer?, _ gate: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ length: Int,
    _ outAction: UnsafeMutablePointer<st_action>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outAction = unsafe try Input.output(outAction, "out_action")
        let openPaths = unsafe gate == nil ? nil : try Handle.require(gate, .gate, as: GateObject.self).openPaths
        let bytes = try unsafe Input.bytes(path, count: length, "path", limit: RequestObject.longestTarget)
        let path = unsafe path == nil ? nil : bytes
        let step = try object.changing { () throws(Failure) in
            try object.request.requireLogin(at: path, openPaths: openPaths)
        }
        unsafe outAction.pointee = action(step)
    }
}

@c @implementation
public func st_request_loads_page(_ request: OpaquePointer?) -> Int32 {
    unsafe RequestObject.find(request)?.request.loadsPage ?? false ? 1 : 0
}
