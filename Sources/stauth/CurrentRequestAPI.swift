import Basics
public import CStauth
import Platform
import RelyingParty
import Session

/// What st_user_json() returns when no request is bound.
nonisolated(unsafe) private var anonymousUser: CText?

private func boundRequest() throws(Failure) -> RequestObject {
    guard let object = unsafe RequestObject.find(platform_thread_ticket()) else {
        throw Failure(.noRequestBound, "no request is bound to this thread: call st_request_bind() first")
    }
    return object
}

@c @implementation
public func st_request_bind(
    _ request: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        try object.request.requireBegun()
        guard unsafe RequestObject.find(platform_thread_ticket()).map({ $0 === object }) ?? true else {
            throw Failure(
                .otherRequestBound,
                "another request is bound to this thread and was neither unbound nor freed; where requests share a "
                    + "thread, pass each to st_request_login(), st_request_logout() and st_request_user_json()")
        }
        unsafe platform_set_thread_ticket(request)
    }
}

@c @implementation
public func st_request_unbind() {
    platform_set_thread_ticket(nil)
}

@c @implementation
public func st_login(_ provider: UnsafePointer<CChar>?) -> st_status {
    reporting(to: nil) { () throws(Failure) in
        unsafe try boundRequest().login(provider)
    }
}

@c @implementation
public func st_logout() -> st_status {
    reporting(to: nil) { () throws(Failure) in
        try boundRequest().logout()
    }
}

@c @implementation
public func st_user_json() -> UnsafePointer<CChar>? {
    guard let object = try? boundRequest() else {
        return unsafe lendForGood(&anonymousUser, UserJSON.anonymous).pointer
    }
    return unsafe object.lendUserJSON().pointer
}
