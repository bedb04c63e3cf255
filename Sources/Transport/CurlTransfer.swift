import Basics
import CCurl
import Platform

/// One libcurl transfer and the memory that it points to.
@safe
final class CurlTransfer {
    private let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutableBufferPointer<CChar>
    private var headers: UnsafeMutablePointer<curl_slist>?
    private var expectedHost: UnsafeMutableBufferPointer<CChar>?
    // libcurl holds its address and does not keep it alive.
    private let receiver: ResponseReceiver
    private var certificate: ClientCertificate?

    init(_ receiver: ResponseReceiver) throws(Failure) {
        guard let handle = unsafe ccurl_new() else { throw Failure(.internalError, "libcurl has no memory") }
        unsafe self.handle = handle
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0)
        unsafe headers = nil
        unsafe expectedHost = nil
        self.receiver = receiver
        if let start = unsafe errorText.baseAddress { try check(unsafe ccurl_set_error_text(handle, start)) }
        try check(unsafe receiver.attach(to: handle))
    }

    deinit {
        unsafe ccurl_free(handle)
        unsafe ccurl_free_headers(headers)
        unsafe errorText.deallocate()
        unsafe expectedHost?.deallocate()
    }

    func set(_ option: CURLoption, _ value: Int) throws(Failure) {
        try check(unsafe ccurl_set_long(handle, option, value))
    }

    /// nil removes what libcurl would use by default.
    func set(_ option: CURLoption, _ text: Text?) throws(Failure) {
        guard let text else { return try check(unsafe ccurl_set_text(handle, option, nil)) }
        let code = unsafe try Self.terminated([text]).withUnsafeBufferPointer {
            unsafe ccurl_set_text(handle, option, $0.baseAddress)
        }
        try check(code)
    }

    /// The host that the certificate has to be for; an IPv6 address without its brackets.
    func setExpectedHost(_ host: Text) throws(Failure) {
        let text = try Self.terminated([host.dropping(prefix: "[")?.dropping(suffix: "]") ?? host])
        let storage = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count)
        _ = unsafe storage.initialize(from: text)
        unsafe expectedHost?.deallocate()
        unsafe expectedHost = storage
        if let start = storage.baseAddress { try check(unsafe ccurl_set_expected_host(handle, start)) }
    }

    /// What to show to a server that asks who the client is. Nothing else of this process uses this connection.
    func setCertificate(_ certificate: ClientCertificate) throws(Failure) {
        guard ccurl_takes_certificates() else {
            throw Failure(.networkLibraryMissing, "a client certificate needs a libcurl that uses OpenSSL")
        }
        self.certificate = certificate
        try set(CURLOPT_SSLCERT_BLOB, certificate.chain)
        try set(CURLOPT_SSLKEY_BLOB, certificate.key)
    }

    /// The secret has to be kept as long as the transfer.
    private func set(_ option: CURLoption, _ secret: Secret) throws(Failure) {
        let code = unsafe secret.withBytes { bytes in
            guard let start = bytes.baseAddress else { return CURLE_BAD_FUNCTION_ARGUMENT }
            return unsafe ccurl_set_blob(handle, option, start, bytes.count)
        }
        try check(code)
    }

    /// The file of certificate authorities to use where none is configured; nil for libcurl's own.
    var systemAuthorityFile: Text? {
        guard let file = unsafe ccurl_authority_file(handle) else { return nil }
        return Text(wellFormed: unsafe Self.bytes(of: file))
    }

    func setHeaders(_ list: [HTTPHeader]) throws(Failure) {
        for header in list {
            // The client's password is in one of them.
            var line = try Self.terminated([header.name, ": ", header.value])
            try add(&line)
        }
        // Without this line libcurl asks for leave before it sends a large body, and waits a second for the answer.
        var noExpectation = try Self.terminated(["Expect:"])
        try add(&noExpectation)
        if let headers = unsafe headers { try check(unsafe ccurl_set_headers(handle, headers)) }
    }

    /// Runs the request. Its body is lent to libcurl, not copied.
    func perform(_ request: HTTPRequest) throws(Failure) -> CURLcode {
        switch request.method {
        case .get:
            try set(CURLOPT_HTTPGET, 1)
            return unsafe ccurl_perform(handle)
        case .post:
            let (isSet, code) = unsafe request.body.bytes.withUnsafeBufferPointer { body in
                let isSet = unsafe ccurl_set_body(handle, body.baseAddress, body.count)
                return (isSet, isSet == CURLE_OK ? unsafe ccurl_perform(handle) : isSet)
            }
            try check(isSet)
            return code
        }
    }

    /// A number about the transfer, 0 if it is not known.
    func number(_ info: CURLINFO) -> Int {
        unsafe ccurl_get_long(handle, info)
    }

    /// The values of a header field of the final response, without those that are not clean text.
    func fields(_ name: String) -> [Text] {
        var values: [Text] = []
        var index = 0
        while let value = unsafe ccurl_get_header(handle, name, index) {
            if let text = unsafe Text(validating: Self.bytes(of: value)), !text.hasControls { values.append(text) }
            index += 1
        }
        return values
    }

    /// libcurl's own words about what went wrong; visible ASCII, for part of them may come from the provider.
    var detail: Text {
        guard let start = unsafe UnsafePointer(errorText.baseAddress) else { return "" }
        return Text(wellFormed: unsafe Self.bytes(of: start).map { (0x20...0x7E).contains($0) ? $0 : 0x3F })
    }

    private func check(_ code: CURLcode) throws(Failure) {
        guard code != CURLE_OK else { return }
        throw Failure(.internalError, "libcurl does not take an option: \(Self.description(of: code))")
    }

    /// Adds `line` to the headers and wipes it.
    private func add(_ line: inout [CChar]) throws(Failure) {
        let isAdded = unsafe line.withUnsafeMutableBufferPointer { line in
            guard let start = line.baseAddress else { return false }
            defer { unsafe platform_wipe(start, line.count) }
            guard let longer = unsafe ccurl_add_header(headers, start) else { return false }
            unsafe headers = longer
            return true
        }
        guard isAdded else { throw Failure(.internalError, "libcurl has no memory") }
    }

    static func description(of code: CURLcode) -> Text {
        Text(wellFormed: unsafe bytes(of: ccurl_error_text(code)))
    }

    private static func bytes(of text: UnsafePointer<CChar>) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = unsafe text
        while unsafe next.pointee != 0 {
            unsafe bytes.append(UInt8(bitPattern: next.pointee))
            unsafe next += 1
        }
        return bytes
    }

    /// As C takes text. A NUL or a line break inside would make it another text.
    private static func terminated(_ parts: [Text]) throws(Failure) -> [CChar] {
        var bytes: [CChar] = []
        bytes.reserveCapacity(parts.reduce(1) { $0 + $1.count })
        for part in parts {
            guard !part.hasControls else {
                throw Failure(.invalidText, "a value for a request to the provider has a control character")
            }
            for byte in part.bytes { bytes.append(CChar(bitPattern: byte)) }
        }
        bytes.append(0)
        return bytes
    }
}
