import Basics
public import CStauth
import Transport

/// What is behind an st_exchange: one request to a provider, sent by the host.
final class ExchangeObject {
    static let longestBody = 1024 * 1024
    static let longestHeader = 8 * 1024

    let method: CText
    let url: CText
    let headers: [(name: CText, value: CText)]
    let body: CText
    let timeout: Int64
    var response: HTTPResponse?

    init(_ request: HTTPRequest, timeout: Int64) {
        method = CText(request.method == .get ? "GET" : "POST")
        url = CText(request.url.text)
        headers = request.headers.map { (CText($0.name), CText($0.value)) }
        body = CText(request.body)
        self.timeout = timeout
    }

    static func of(_ handle: OpaquePointer?) -> ExchangeObject? {
        unsafe Handle.object(handle, .exchange, as: ExchangeObject.self)
    }

    func header(_ index: Int) -> (name: CText, value: CText)? {
        headers.indices.contains(index) ? headers[index] : nil
    }
}

/// Sends through the host's own HTTP client.
@safe
final class HostTransport: Transport, @unchecked Sendable {
    private let function: st_transport
    private let userData: UnsafeMutableRawPointer?

    init(_ function: @escaping st_transport, _ userData: UnsafeMutableRawPointer?) {
        unsafe self.function = function
        unsafe self.userData = userData
    }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        try limits.check(request.url)
        let exchange = ExchangeObject(request, timeout: limits.timeout)
        let handle = unsafe try Handle.issue(exchange, .exchange)
        defer { unsafe Handle.withdraw(handle, .exchange, as: ExchangeObject.self) }
        guard unsafe function(handle, userData) == st_status(ST_OK), let response = exchange.response else {
            throw Failure(.providerUnreachable, "the host's transport got no response from \(request.url.origin)")
        }
        return response
    }
}

@c @implementation
public func st_exchange_method(_ exchange: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.method.pointer
}

@c @implementation
public func st_exchange_url(_ exchange: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.url.pointer
}

@c @implementation
public func st_exchange_header_name(_ exchange: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.header(index)?.name.pointer
}

@c @implementation
public func st_exchange_header_value(_ exchange: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.header(index)?.value.pointer
}

@c @implementation
public func st_exchange_body(
    _ exchange: OpaquePointer?, _ outBytes: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let exchange = unsafe try Handle.require(exchange, .exchange, as: ExchangeObject.self)
        let outBytes = unsafe try Input.output(outBytes, "out_bytes")
        let outLength = unsafe try Input.output(outLength, "out_length")
        unsafe outBytes.pointee = exchange.body.pointer
        unsafe outLength.pointee = exchange.body.count
    }
}

@c @implementation
public func st_exchange_timeout_ms(_ exchange: OpaquePointer?) -> Int64 {
    unsafe ExchangeObject.of(exchange)?.timeout ?? 0
}

@c @implementation
public func st_exchange_respond(
    _ exchange: OpaquePointer?, _ status: Int32, _ contentType: UnsafePointer<CChar>?,
    _ cacheControl: UnsafePointer<CChar>?, _ body: UnsafePointer<CChar>?, _ length: Int,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let exchange = unsafe try Handle.require(exchange, .exchange, as: ExchangeObject.self)
        let limit = ExchangeObject.longestHeader
        exchange.response = HTTPResponse(
            status: status,
            contentType: unsafe try Input.optionalText(contentType, "content_type", limit: limit),
            cacheControl: unsafe try Input.optionalText(cacheControl, "cache_control", limit: limit),
            body: unsafe try Input.bytes(body, count: length, "body", limit: ExchangeObject.longestBody))
    }
}
