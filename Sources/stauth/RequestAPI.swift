import Basics
public import CStauth
import RelyingParty

@c @implementation
public func st_request_new(
    _ app: OpaquePointer?, _ method: UnsafePointer<CChar>?, _ target: UnsafePointer<CChar>?,
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let application = unsafe try AppObject.of(app).application
        let out = unsafe try Input.output(out, "out")
        let request = try IncomingRequest(
            method: unsafe Input.text(method, "method", limit: RequestObject.longestMethod),
            target: unsafe Input.text(target, "target", limit: RequestObject.longestTarget))
        unsafe out.pointee = try Handle.issue(RequestObject(HostRequest(application, request)), .request)
    }
}

@c @implementation
public func st_request_add_header(
    _ request: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        try object.request.receivingHeader { () throws(Failure) in
            try object.request.addHeader(
                unsafe Input.text(name, "name", limit: RequestObject.longestHeaderName),
                unsafe Input.bytes(value, "value", limit: RequestObject.longestHeaderValue))
        }
    }
}

@c @implementation
public func st_request_add_headers(
    _ request: OpaquePointer?, _ block: UnsafePointer<CChar>?, _ length: Int,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        try object.request.receivingHeader { () throws(Failure) in
            let block = unsafe try Input.bytes(block, count: length, "block", limit: RequestObject.longestHeaderBlock)
            try object.addHeaders(block)
        }
    }
}

@c @implementation
public func st_request_set_body(
    _ request: OpaquePointer?, _ body: UnsafePointer<CChar>?, _ length: Int,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        try object.request.receivingBody { () throws(Failure) in
            let bytes = unsafe try Input.bytes(body, count: length, "body", limit: RequestObject.longestBody)
            guard let text = Text(validating: bytes) else { throw Failure(.invalidText, "body is not UTF-8") }
            try object.request.setBody(text)
        }
    }
}

@c @implementation
public func st_request_set_client_address(
    _ request: OpaquePointer?, _ address: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        try object.request.setClientAddress(
            unsafe Input.optionalText(address, "address", limit: RequestObject.longestHeaderValue))
    }
}

@c @implementation
public func st_request_begin(
    _ request: OpaquePointer?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outAction = unsafe try Input.output(outAction, "out_action")
        let step = try object.changing { () throws(Failure) in try object.request.begin() }
        unsafe outAction.pointee = action(step)
    }
}

@c @implementation
public func st_request_new_preload(
    _ app: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let application = unsafe try AppObject.of(app).application
        let out = unsafe try Input.output(out, "out")
        let request = try HostRequest(preloading: application)
        unsafe out.pointee = try Handle.issue(RequestObject(request), .request)
    }
}

@c @implementation
public func st_request_exchange(_ request: OpaquePointer?) -> OpaquePointer? {
    unsafe RequestObject.find(request)?.lendExchange()
}

@c @implementation
public func st_request_resume(
    _ request: OpaquePointer?, _ outAction: UnsafeMutablePointer<st_action>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outAction = unsafe try Input.output(outAction, "out_action")
        let step = try object.changing { () throws(Failure) in try object.resume() }
        unsafe outAction.pointee = action(step)
    }
}

func action(_ step: HostRequest.Step) -> st_action {
    switch step {
    case .proceed: st_action(ST_PROCEED)
    case .respond: st_action(ST_RESPOND)
    case .wait: st_action(ST_WAIT)
    }
}

@c @implementation
public func st_request_set(
    _ request: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        try unsafe RequestObject.of(request).set(
            unsafe Input.text(key, "key", limit: RequestObject.longestName),
            to: unsafe Input.optionalText(value, "value", limit: RequestObject.longestTarget))
    }
}

@c @implementation
public func st_request_login(
    _ request: OpaquePointer?, _ provider: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        unsafe try RequestObject.of(request).login(provider)
    }
}

@c @implementation
public func st_request_logout(
    _ request: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        unsafe try RequestObject.of(request).logout()
    }
}

@c @implementation
public func st_request_refuse(
    _ request: OpaquePointer?, _ code: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let code = unsafe try Input.text(code, "code", limit: RequestObject.longestName)
        try object.changing { () throws(Failure) in object.request.refuse(code: code) }
    }
}

@c @implementation
public func st_request_user_json(
    _ request: OpaquePointer?, _ outJSON: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outJSON = unsafe try Input.output(outJSON, "out_json")
        try object.request.requireBegun()
        let json = object.lendUserJSON()
        unsafe outJSON.pointee = json.pointer
        unsafe outLength?.pointee = json.count
    }
}

@c @implementation
public func st_request_is_logged_in(_ request: OpaquePointer?) -> Int32 {
    guard let object = unsafe RequestObject.find(request) else { return 0 }
    let answer = try? object.readUser { (request) throws(Failure) in request.isLoggedIn }
    return answer ?? false ? 1 : 0
}

@c @implementation
public func st_request_is_fresh(_ request: OpaquePointer?, _ seconds: Int64) -> Int32 {
    guard let object = unsafe RequestObject.find(request) else { return 0 }
    let answer = try? object.readUser { (request) throws(Failure) in request.isFresh(seconds) }
    return answer ?? false ? 1 : 0
}

@c @implementation
public func st_request_claim(
    _ request: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ outValue: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let name = unsafe try Input.text(name, "name", limit: RequestObject.longestName)
        let outValue = unsafe try Input.output(outValue, "out_value")
        let value = try object.lendClaim(name)
        unsafe outValue.pointee = value?.pointer
        unsafe outLength?.pointee = value?.count ?? 0
    }
}

@c @implementation
public func st_request_may_block(_ request: OpaquePointer?) -> Int32 {
    unsafe RequestObject.find(request)?.request.mayBlock ?? false ? 1 : 0
}

@c @implementation
public func st_request_login_may_block(_ request: OpaquePointer?, _ provider: UnsafePointer<CChar>?) -> Int32 {
    guard let object = unsafe RequestObject.find(request) else { return 0 }
    do throws(Failure) {
        let name = unsafe try Input.optionalText(provider, "provider", limit: RequestObject.longestName)
        return object.request.loginMayBlock(provider: name) ? 1 : 0
    } catch {
        return 0
    }
}

@c @implementation
public func st_request_wants_body(_ request: OpaquePointer?) -> Int32 {
    unsafe RequestObject.find(request)?.request.wantsBody ?? false ? 1 : 0
}

@c @implementation
public func st_request_error(_ request: OpaquePointer?) -> OpaquePointer? {
    unsafe RequestObject.find(request)?.lendError()
}

@c @implementation
public func st_request_response_status(_ request: OpaquePointer?) -> Int32 {
    unsafe RequestObject.find(request)?.request.responseStatus ?? -1
}

@c @implementation
public func st_request_response_header_count(_ request: OpaquePointer?) -> Int {
    unsafe RequestObject.find(request)?.lendHeaders().count ?? 0
}

@c @implementation
public func st_request_response_header(
    _ request: OpaquePointer?, _ index: Int, _ outName: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outValue: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let headers = unsafe try RequestObject.of(request).lendHeaders()
        let outName = unsafe try Input.output(outName, "out_name")
        let outValue = unsafe try Input.output(outValue, "out_value")
        guard let name = unsafe headers.name(index), let value = unsafe headers.value(index) else {
            throw Failure(.invalidArgument, "the response has \(headers.count) headers, and none at index")
        }
        unsafe outName.pointee = name
        unsafe outValue.pointee = value
    }
}

@c @implementation
public func st_request_response_headers(
    _ request: OpaquePointer?, _ outBlock: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let headers = unsafe try RequestObject.of(request).lendHeaders()
        let outBlock = unsafe try Input.output(outBlock, "out_block")
        let outLength = unsafe try Input.output(outLength, "out_length")
        unsafe outBlock.pointee = headers.text.pointer
        unsafe outLength.pointee = headers.length
    }
}

@c @implementation
public func st_request_response_body(
    _ request: OpaquePointer?, _ outBody: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let object = unsafe try RequestObject.of(request)
        let outBody = unsafe try Input.output(outBody, "out_body")
        let outLength = unsafe try Input.output(outLength, "out_length")
        let body = object.lendBody()
        unsafe outBody.pointee = body.pointer
        unsafe outLength.pointee = body.count
    }
}

@c @implementation
public func st_request_free(_ request: OpaquePointer?) {
    unsafe Handle.withdraw(request, .request, as: RequestObject.self)
}
