import Basics
public import CStauth
import RelyingParty

@c @implementation
public func st_app_new(
    _ config: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        let out = unsafe try Input.output(out, "out")
        unsafe out.pointee = try Handle.issue(config.makeApplication(), .app)
    }
}

@c @implementation
public func st_app_preload(_ app: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        unsafe try Handle.require(app, .app, as: Application.self).preload()
    }
}

/// A Cookie header longer than this is no browser's.
private let longestCookieHeader = 64 * 1024

@c @implementation
public func st_user_from_cookie(
    _ app: OpaquePointer?, _ cookie: UnsafePointer<CChar>?, _ length: Int, _ buffer: UnsafeMutablePointer<CChar>?,
    _ capacity: Int, _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let app = unsafe try Handle.require(app, .app, as: Application.self)
        let cookie = unsafe try Input.bytes(cookie, count: length, "cookie", limit: longestCookieHeader)
        let outLength = unsafe try Input.output(outLength, "out_length")
        let json = try app.userJSON(cookie: cookie)
        guard json.count <= capacity else {
            throw Failure(.bufferTooSmall, "the buffer has \(capacity) bytes, the JSON \(json.count)")
        }
        let buffer = unsafe try Input.output(buffer, "buffer")
        unsafe UnsafeMutableRawBufferPointer(start: buffer, count: json.count).copyBytes(from: json.bytes)
        unsafe outLength.pointee = json.count
    }
}

@c @implementation
public func st_app_free(_ app: OpaquePointer?) {
    unsafe Handle.withdraw(app, .app, as: Application.self)
}
