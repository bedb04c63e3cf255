import Basics
import CCurl
import Platform

/// One libcurl transfer and the memory that it points to.
@safe
final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutableBufferPointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    // libcurl stores its address and does not keep it alive.
    private let receiver: ResponseReceiver
    private var certificate: ClientCertificate?
    private var connection: KeptConnection?
    private var canServeAgain = false

    init(_ receiver: ResponseReceiver) throws(Failure) {
        guard let handle = unsafe ccurl_new() else { throw Failure(.internalError, "libcurl is out of memory") }
        unsafe self.handle = handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0)
        unsafe headers = nil
        self.receiver = receiver
        if let start = unsafe errorText.baseAddress { try check(unsafe ccurl_set_error_text(handle, start)) }
        try check(unsafe receiver.attach(to: handle))
    }

    deinit {
        if canServeAgain { unsafe ccurl_give_back(handle) } else { unsafe ccurl_free(handle) }
        unsafe ccurl_free_headers(headers)
        unsafe errorText.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(Failure) {
        try check(unsafe ccurl_set_long(handle, option, value))
    }

    /// Nil removes what libcurl would use by default.
    func set(_ option: CURLoption, _ text: Text?) throws(Failure) {
        try check(unsafe try withCString(text) { unsafe ccurl_set_text(handle, option, $0) })
    }

    /// Reuses the kept connection, if there is one and it `mayReuse` it; keeps its own there.
    func setConnection(_ connection: KeptConnection, mayReuse: Bool) throws(Failure) {
        self.connection = connection
        try check(unsafe ccurl_connection_use(connection.handle, handle, mayReuse))
    }

    /// What to present to a server that asks who the client is.
    func setCertificate(_ certificate: ClientCertificate) throws(Failure) {
        guard ccurl_takes_certificates() else {
            throw Failure(.networkLibraryMissing, "a client certificate requires a libcurl that uses OpenSSL")
        }
        self.certificate = certificate
        try set(CURLOPT_SSLCERT_BLOB, certificate.chain)
        try set(CURLOPT_SSLKEY_BLOB, certificate.key)
    }

    /// The secret must live as long as the transfer.
    private func set(_ option: CURLoption, _ secret: Secret) throws(Failure) {
        let code = unsafe secret.withBytes { bytes in
            guard let start = bytes.baseAddress else { return CURLE_BAD_FUNCTION_ARGUMENT }
            return unsafe ccurl_set_blob(handle, option, start, bytes.count)
        }
        try check(code)
    }

    func setHeaders(_ list: [HTTPHeader]) throws(Failure) {
        for header in list {
            // One of them contains the client's password.
            var line = try Text.terminated([header.name, ": ", header.value])
            try add(&line)
        }
        // Without this line libcurl asks for permission before it sends a large body, and waits a second for the answer.
        var noExpectation = try Text.terminated(["Expect:"])
        try add(&noExpectation)
        if let headers = unsafe headers { try check(unsafe ccurl_set_headers(handle, headers)) }
    }

    /// Runs the request. Its body is lent to libcurl, not copied.
    func perform(_ request: HTTPRequest) throws(Failure) -> CURLcode {
        switch request.method {
        case .get:
            try set(CURLOPT_HTTPGET, 1)
            return perform()
        case .post:
            let (isSet, code) = unsafe request.body.bytes.withUnsafeBufferPointer { body in
                let isSet = unsafe ccurl_set_body(handle, body.baseAddress, body.count)
                return (isSet, isSet == CURLE_OK ? perform() : isSet)
            }
            try check(isSet)
            return code
        }
    }

    private func perform() -> CURLcode {
        let code = unsafe ccurl_perform(handle, connection?.handle)
        // libcurl keeps TLS sessions in a transfer without one of our connections, and loses them when it gets one.
        canServeAgain = code == CURLE_OK && connection != nil
        return code
    }

    /// A number about the transfer, 0 if unknown.
    func number(_ info: CURLINFO) -> Int {
        unsafe ccurl_get_long(handle, info)
    }

    /// The values of a header field of the final response, without malformed ones.
    func fields(_ name: Text) -> [Text] {
        var values: [Text] = []
        unsafe try? withCString(name) { name in
            guard let name = unsafe name else { return }
            var index = 0
            while let value = unsafe ccurl_get_header(handle, name, index) {
                if let text = unsafe Text(validating: Text.bytes(of: value)), !text.hasControls { values.append(text) }
                index += 1
            }
        }
        return values
    }

    /// What the server sent as its certificate, number 0, and those of authorities, in PEM.
    func certificate(_ index: Int) -> Text? {
        unsafe ccurl_get_certificate(handle, index).map { unsafe Text($0) }
    }

    /// libcurl's own description of the error; visible ASCII, since part of it may come from the provider.
    var detail: Text {
        guard let start = unsafe UnsafePointer(errorText.baseAddress) else { return "" }
        return Text(wellFormed: unsafe Text.bytes(of: start).map { (0x20...0x7E).contains($0) ? $0 : 0x3F })
    }

    private func check(_ code: CURLcode) throws(Failure) {
        guard code != CURLE_OK else { return }
        throw Failure(.internalError, "libcurl refuses an option: \(Self.description(of: code))")
    }

    /// Adds `line` to the headers and wipes it.
    private func add(_ line: inout [UInt8]) throws(Failure) {
        let isAdded = unsafe line.withUnsafeMutableBytes { line in
            guard let start = line.baseAddress else { return false }
            defer { unsafe platform_wipe(start, line.count) }
            let text = unsafe start.assumingMemoryBound(to: CChar.self)
            guard let longer = unsafe ccurl_add_header(headers, text) else { return false }
            unsafe headers = longer
            return true
        }
        guard isAdded else { throw Failure(.internalError, "libcurl is out of memory") }
    }

    static func description(of code: CURLcode) -> Text {
        unsafe Text(ccurl_error_text(code))
    }
}
