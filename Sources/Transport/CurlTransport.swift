package import Basics
import CCurl

/// Exchanges over libcurl, which is loaded at the first of them. Nothing stays open between two.
package final class CurlTransport: Transport {
    private let userAgent: Text

    /// `userAgent` is what the library calls itself to providers, such as "stauth/1.2.3".
    package init(userAgent: Text) {
        self.userAgent = userAgent
    }

    package func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        try limits.check(request.url)
        guard withoutForks({ ccurl_load() }) else {
            let message: Text =
                "libcurl 7.87 or newer (libcurl.so.4) cannot be loaded; on Debian, install the package libcurl4"
            throw Failure(.networkLibraryMissing, message)
        }
        let receiver = ResponseReceiver(policy: AddressPolicy(for: request.url, within: limits))
        let transfer = try CurlTransfer(receiver)
        try transfer.setOptions(for: request, within: limits, userAgent: userAgent)
        let code = try transfer.perform(request)
        guard code == CURLE_OK else {
            throw transfer.failure(code, receiver: receiver, request: request, limits: limits)
        }
        return transfer.response(body: receiver.body)
    }
}

extension CurlTransfer {
    fileprivate func response(body: [UInt8]) -> HTTPResponse {
        // A list may come in parts (RFC 9110 5.3). A type or a nonce may not: two contradict each other.
        let contentTypes = fields("Content-Type")
        let nonces = fields("DPoP-Nonce")
        let cacheControl = fields("Cache-Control").joined(with: ", ")
        return HTTPResponse(
            status: Int32(clamping: number(CURLINFO_RESPONSE_CODE)),
            contentType: contentTypes.count == 1 ? contentTypes.first : nil,
            cacheControl: cacheControl.isEmpty ? nil : cacheControl,
            dpopNonce: nonces.count == 1 ? nonces.first : nil,
            challenges: fields("WWW-Authenticate"),
            body: body)
    }
}
