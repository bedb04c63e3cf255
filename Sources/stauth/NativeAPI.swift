import Basics
public import CStauth
import RelyingParty

@c @implementation
public func st_native_new(
    _ app: OpaquePointer?, _ session: UnsafePointer<CChar>?, _ length: Int,
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let application = unsafe try AppObject.of(app).application
        let out = unsafe try Input.output(out, "out")
        let session = unsafe try Input.bytes(
            session, count: length, "session", limit: RequestObject.longestHeaderBlock)
        unsafe out.pointee = try Handle.issue(
            RequestObject(HostRequest.native(application, session: session)), .request)
    }
}

/// Runs a step of a native request, and tells what the host does next.
private func step(
    _ request: OpaquePointer?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?, _ body: (RequestObject) throws(Failure) -> HostRequest.Step
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outAction = unsafe try Input.output(outAction, "out_action")
        let step = try object.changing { () throws(Failure) in try body(object) }
        unsafe outAction.pointee = action(step)
    }
}

@c @implementation
public func st_native_login(
    _ request: OpaquePointer?, _ provider: UnsafePointer<CChar>?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe step(request, outAction, error) { (object) throws(Failure) in
        let options = object.takeOptions().login
        let provider = unsafe try Input.optionalText(provider, "provider", limit: RequestObject.longestName)
        return try object.request.startNativeLogin(provider: provider, options)
    }
}

@c @implementation
public func st_native_callback(
    _ request: OpaquePointer?, _ target: UnsafePointer<CChar>?, _ acceptLanguage: UnsafePointer<CChar>?,
    _ outAction: UnsafeMutablePointer<st_action>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe step(request, outAction, error) { (object) throws(Failure) in
        guard unsafe target != nil else { throw Failure(.invalidArgument, "target is NULL") }
        // Both come from outside: whatever else is wrong with them is no mistake of the program's.
        return try object.request.nativeCallback(
            target: unsafe try? Input.text(target, "target", limit: RequestObject.longestTarget),
            acceptLanguage: (unsafe try? Input.text(
                acceptLanguage, "accept_language", limit: RequestObject.longestHeaderValue)) ?? "")
    }
}

@c @implementation
public func st_native_device_login(
    _ request: OpaquePointer?, _ provider: UnsafePointer<CChar>?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe step(request, outAction, error) { (object) throws(Failure) in
        let options = object.takeOptions().login
        let provider = unsafe try Input.optionalText(provider, "provider", limit: RequestObject.longestName)
        return try object.request.startDeviceLogin(provider: provider, options)
    }
}

@c @implementation
public func st_native_poll(
    _ request: OpaquePointer?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe step(request, outAction, error) { (object) throws(Failure) in try object.request.pollDeviceLogin() }
}

@c @implementation
public func st_native_is_pending(_ request: OpaquePointer?) -> Int32 {
    unsafe RequestObject.find(request)?.request.isLoginPending ?? false ? 1 : 0
}

@c @implementation
public func st_native_wait_ms(_ request: OpaquePointer?) -> Int64 {
    unsafe RequestObject.find(request)?.request.nativeWait ?? 0
}

@c @implementation
public func st_native_expires_in(_ request: OpaquePointer?) -> Int64 {
    unsafe RequestObject.find(request)?.request.nativeExpiry ?? 0
}

@c @implementation
public func st_native_url(_ request: OpaquePointer?) -> UnsafePointer<CChar>? {
    guard let object = unsafe RequestObject.find(request) else { return nil }
    return unsafe object.request.nativeURL.flatMap { unsafe object.lend($0, as: .url).pointer }
}

@c @implementation
public func st_native_verification_uri(_ request: OpaquePointer?) -> UnsafePointer<CChar>? {
    guard let object = unsafe RequestObject.find(request) else { return nil }
    return unsafe object.request.verificationURI.flatMap { unsafe object.lend($0, as: .verificationURI).pointer }
}

@c @implementation
public func st_native_user_code(_ request: OpaquePointer?) -> UnsafePointer<CChar>? {
    guard let object = unsafe RequestObject.find(request) else { return nil }
    return unsafe object.request.userCode.flatMap { unsafe object.lend($0, as: .userCode).pointer }
}

@c @implementation
public func st_native_session(
    _ request: OpaquePointer?, _ outSession: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outSession = unsafe try Input.output(outSession, "out_session")
        let text = object.lend(Text(wellFormed: object.request.nativeSession), as: .session)
        unsafe outSession.pointee = text.pointer
        unsafe outLength?.pointee = text.count
    }
}
