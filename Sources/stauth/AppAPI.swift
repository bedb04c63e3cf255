import Basics
public import CStauth
import RelyingParty

/// The object behind an st_app: the application, and what C may borrow from it.
final class AppObject {
    let application: Application
    fileprivate let loginPath: CText
    fileprivate let logoutPath: CText
    fileprivate let callbackPaths: [CText]

    init(_ application: Application) {
        self.application = application
        loginPath = CText(application.loginPath)
        logoutPath = CText(application.logoutPath)
        callbackPaths = application.callbackPaths.map { CText($0) }
    }

    /// The application lives as long as the returned object: another thread may free its handle meanwhile.
    static func of(_ handle: OpaquePointer?) throws(Failure) -> AppObject {
        unsafe try Handle.require(handle, .app, as: AppObject.self)
    }
}

@c @implementation
public func st_app_new(
    _ config: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        let out = unsafe try Input.output(out, "out")
        unsafe out.pointee = try Handle.issue(AppObject(config.makeApplication()), .app)
    }
}

@c @implementation
public func st_app_preload(_ app: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        unsafe try AppObject.of(app).application.preload()
    }
}

@c @implementation
public func st_app_end_sessions(
    _ app: OpaquePointer?, _ selector: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let app = unsafe try AppObject.of(app)
        try app.application.endSessions(unsafe Input.text(selector, "selector", limit: RequestObject.longestTarget))
    }
}

@c @implementation
public func st_app_login_path(_ app: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe Handle.object(app, .app, as: AppObject.self)?.loginPath.pointer
}

@c @implementation
public func st_app_logout_path(_ app: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe Handle.object(app, .app, as: AppObject.self)?.logoutPath.pointer
}

@c @implementation
public func st_app_callback_path(_ app: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
    guard let paths = unsafe Handle.object(app, .app, as: AppObject.self)?.callbackPaths, paths.indices.contains(index)
    else { return nil }
    return unsafe paths[index].pointer
}

@c @implementation
public func st_app_requires_login(_ app: OpaquePointer?) -> Int32 {
    unsafe Handle.object(app, .app, as: AppObject.self)?.application.requiresLogin ?? false ? 1 : 0
}

/// A longer Cookie header does not come from a browser.
private let longestCookieHeader = 64 * 1024

@c @implementation
public func st_user_from_cookie(
    _ app: OpaquePointer?, _ cookie: UnsafePointer<CChar>?, _ length: Int, _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int, _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        // Not AppObject.of(), which counts one more reference.
        let found: Void? = unsafe try Handle.use(app, .app, as: AppObject.self) { (app) throws(Failure) in
            let cookie = unsafe try Input.bytes(cookie, count: length, "cookie", limit: longestCookieHeader)
            let outLength = unsafe try Input.output(outLength, "out_length")
            let json = try app.application.userJSON(cookie: cookie)
            unsafe try copy(json, to: buffer, capacity, outLength)
        }
        guard found != nil else { throw Handle.dead }
    }
}

/// Writes text and its length, or its length alone if it is longer than `capacity`.
private func copy(
    _ text: Text, to buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int, _ outLength: UnsafeMutablePointer<Int>
) throws(Failure) {
    guard text.count <= capacity else {
        unsafe outLength.pointee = text.count
        throw Failure(.bufferTooSmall, "the buffer has \(capacity) bytes, but the text has \(text.count)")
    }
    let buffer = unsafe try Input.output(buffer, "buffer")
    unsafe UnsafeMutableRawBufferPointer(start: buffer, count: text.count).copyBytes(from: text.bytes)
    unsafe outLength.pointee = text.count
}

@c @implementation
public func st_app_stats_json(
    _ app: OpaquePointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let app = unsafe try AppObject.of(app)
        let outLength = unsafe try Input.output(outLength, "out_length")
        unsafe try copy(app.application.statisticsJSON(), to: buffer, capacity, outLength)
    }
}

@c @implementation
public func st_app_stats_prometheus(
    _ app: OpaquePointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let app = unsafe try AppObject.of(app)
        let outLength = unsafe try Input.output(outLength, "out_length")
        unsafe try copy(app.application.statisticsForPrometheus(), to: buffer, capacity, outLength)
    }
}

@c @implementation
public func st_app_free(_ app: OpaquePointer?) {
    unsafe Handle.withdraw(app, .app, as: AppObject.self)
}
