import Basics
public import CStauth
import Platform
import Transport

/// The object behind an st_exchange: one request to a provider, sent by the host.
final class ExchangeObject {
    static let longestBody = 1024 * 1024
    static let longestHeaderName = 256
    static let longestHeader = 8 * 1024
    /// The size limit of the names and values of all stored headers.
    private static let longestHeaders = 64 * 1024

    let method: CText
    let url: CText
    let headers: CHeaders
    let body: CText
    let limits: ConnectionSettings
    let proxy: CText?
    let authorityFile: CText?
    private var responseHeaders: [HTTPHeader] = []
    private(set) var response: HTTPResponse?
    /// Whether a response came that is larger than accepted: the provider was reached, and nobody else has to wait.
    private var isTooLarge = false
    /// Milliseconds of the monotonic clock.
    private let deadline: Int64

    init(_ request: HTTPRequest, within limits: ConnectionSettings) {
        method = CText(request.method == .get ? "GET" : "POST")
        url = CText(request.url.text)
        headers = CHeaders(request.headers)
        body = CText(request.body)
        self.limits = limits
        proxy = limits.proxy.map { CText($0.text) }
        authorityFile = limits.certificateAuthorityFile.map { CText($0) }
        deadline = platform_monotonic_clock() + limits.timeout
    }

    /// The failure of a request that the host sent without getting a response.
    func unanswered(_ request: HTTPRequest) -> Failure {
        if isTooLarge { return Failure(.responseTooLarge, "the response from \(request.url.origin) is too large") }
        guard platform_monotonic_clock() < deadline else {
            return Failure(.providerTimeout, "no response from \(request.url.origin) within \(limits.timeout) ms")
        }
        return Failure(.providerUnreachable, "the host's transport got no response from \(request.url.origin)")
    }

    static func of(_ handle: OpaquePointer?) -> ExchangeObject? {
        unsafe Handle.object(handle, .exchange, as: ExchangeObject.self)
    }

    static func require(_ handle: OpaquePointer?) throws(Failure) -> ExchangeObject {
        unsafe try Handle.require(handle, .exchange, as: ExchangeObject.self)
    }

    /// Stores a header of the response, if it is in use.
    func addHeader(_ name: Text, _ value: [UInt8]) throws(Failure) {
        try requireNoResponse()
        guard HTTPResponse.fieldNames.contains(name.lowercasedASCII()) else { return }
        guard let text = Text(validating: value), !text.hasControls else {
            throw Failure(.invalidText, "the value of \(name) is not UTF-8, or contains a control character")
        }
        let size = responseHeaders.reduce(name.count + text.count) { $0 + $1.name.count + $1.value.count }
        guard size <= Self.longestHeaders else {
            throw Failure(.tooLarge, "the headers of the response are longer than \(Self.longestHeaders) bytes")
        }
        responseHeaders.append(HTTPHeader(name, text))
    }

    func respond(status: Int32, body: [UInt8]) throws(Failure) {
        try requireNoResponse()
        guard platform_monotonic_clock() < deadline else {
            throw Failure(.providerTimeout, "the response arrived later than the exchange's \(limits.timeout) ms")
        }
        response = HTTPResponse(status: status, body: body) { name in
            responseHeaders.filter { $0.name.lowercasedASCII() == name }.map { $0.value }
        }
    }

    /// Runs `body`, which reports a part of the response.
    func receiving(_ body: () throws(Failure) -> Void) throws(Failure) {
        do throws(Failure) {
            try body()
        } catch {
            isTooLarge = isTooLarge || error.code == .tooLarge
            throw error
        }
    }

    private func requireNoResponse() throws(Failure) {
        guard response == nil else { throw Failure(.outOfSequence, "the exchange already has its response") }
    }
}

/// Sends through the host's own HTTP client.
@safe
final class HostTransport: Transport, @unchecked Sendable {
    private let function: st_transport
    private let data: HostData

    init(_ function: @escaping st_transport, _ data: HostData) {
        unsafe self.function = function
        self.data = data
    }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        try limits.check(request.url)
        let exchange = ExchangeObject(request, within: limits)
        let handle = unsafe try Handle.issue(exchange, .exchange)
        defer { unsafe Handle.withdraw(handle, .exchange, as: ExchangeObject.self) }
        guard unsafe function(handle, data.pointer) == st_status(ST_OK), let response = exchange.response else {
            throw exchange.unanswered(request)
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
    unsafe ExchangeObject.of(exchange)?.headers.name(index)
}

@c @implementation
public func st_exchange_header_value(_ exchange: OpaquePointer?, _ index: Int) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.headers.value(index)
}

@c @implementation
public func st_exchange_body(
    _ exchange: OpaquePointer?, _ outBytes: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ outLength: UnsafeMutablePointer<Int>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let exchange = unsafe try ExchangeObject.require(exchange)
        let outBytes = unsafe try Input.output(outBytes, "out_bytes")
        let outLength = unsafe try Input.output(outLength, "out_length")
        unsafe outBytes.pointee = exchange.body.pointer
        unsafe outLength.pointee = exchange.body.count
    }
}

@c @implementation
public func st_exchange_timeout_ms(_ exchange: OpaquePointer?) -> Int64 {
    unsafe ExchangeObject.of(exchange)?.limits.timeout ?? 0
}

@c @implementation
public func st_exchange_connect_timeout_ms(_ exchange: OpaquePointer?) -> Int64 {
    unsafe ExchangeObject.of(exchange)?.limits.connectTimeout ?? 0
}

@c @implementation
public func st_exchange_proxy(_ exchange: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.proxy?.pointer
}

@c @implementation
public func st_exchange_ca_file(_ exchange: OpaquePointer?) -> UnsafePointer<CChar>? {
    unsafe ExchangeObject.of(exchange)?.authorityFile?.pointer
}

@c @implementation
public func st_exchange_allows_loopback(_ exchange: OpaquePointer?) -> Int32 {
    unsafe ExchangeObject.of(exchange)?.limits.allowsLoopback ?? false ? 1 : 0
}

@c @implementation
public func st_exchange_add_header(
    _ exchange: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let exchange = unsafe try ExchangeObject.require(exchange)
        try exchange.receiving { () throws(Failure) in
            try exchange.addHeader(
                unsafe Input.text(name, "name", limit: ExchangeObject.longestHeaderName),
                unsafe Input.bytes(value, "value", limit: ExchangeObject.longestHeader))
        }
    }
}

@c @implementation
public func st_exchange_respond(
    _ exchange: OpaquePointer?, _ status: Int32, _ body: UnsafePointer<CChar>?, _ length: Int,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let exchange = unsafe try ExchangeObject.require(exchange)
        try exchange.receiving { () throws(Failure) in
            try exchange.respond(
                status: status,
                body: unsafe Input.bytes(body, count: length, "body", limit: ExchangeObject.longestBody))
        }
    }
}
