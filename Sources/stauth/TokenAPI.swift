import Basics
public import CStauth
import RelyingParty

@c @implementation
public func st_request_access_token(
    _ request: OpaquePointer?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ outToken: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ outExpiry: UnsafeMutablePointer<Int64>?,
    _ outScope: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outAction = unsafe try Input.output(outAction, "out_action")
        let outToken = unsafe try Input.output(outToken, "out_token")
        let token = try object.changing { () throws(Failure) in try object.request.accessToken() }
        unsafe outAction.pointee = action(token == nil ? .wait : .proceed)
        guard let token else { return }
        unsafe outToken.pointee = object.lend(token.text, as: .token).pointer
        unsafe outExpiry?.pointee = token.expiry ?? 0
        if let outScope = unsafe outScope { unsafe outScope.pointee = object.lend(token.scope, as: .scope).pointer }
    }
}

@c @implementation
public func st_request_refresh(
    _ request: OpaquePointer?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outAction = unsafe try Input.output(outAction, "out_action")
        let step = try object.changing { () throws(Failure) in try object.request.refresh() }
        unsafe outAction.pointee = action(step)
    }
}

@c @implementation
public func st_request_logout_may_block(_ request: OpaquePointer?) -> Int32 {
    unsafe RequestObject.find(request)?.request.logoutMayBlock ?? false ? 1 : 0
}
