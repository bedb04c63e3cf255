package import Basics
import CCurl

/// What a server shows of itself, for the program's checks: no login relies on any of it.
package struct ServerInspection: Sendable {
    /// The certificates that it sent, in PEM, its own first. Nobody has judged them.
    package let certificates: [Text]
    /// Its clock: the value of Date (RFC 9110 6.6.1). Nil from a cache, which keeps that of when it got the response.
    package let date: Text?

    private static let mostCertificates = 20

    /// Asks for a public document. The server may be anybody, so the request has nothing confidential in it, and the body of
    /// the answer is dropped.
    package init(of url: AbsoluteURL, userAgent: Text, within limits: ConnectionSettings) throws(Failure) {
        try limits.check(url)
        guard withoutForks({ ccurl_load() }) else {
            throw Failure(.networkLibraryMissing, "libcurl 7.87 or newer (libcurl.so.4) cannot be loaded")
        }
        var limits = limits
        limits.clientCertificate = nil
        let request = HTTPRequest(.get, url)
        let receiver = ResponseReceiver(policy: AddressPolicy(for: url, within: limits), connection: nil)
        let transfer = try CurlTransfer(receiver)
        try transfer.setOptions(
            for: request, within: limits, authorities: AuthorityPlaces(configured: nil), userAgent: userAgent)
        try transfer.set(CURLOPT_SSL_VERIFYPEER, 0)
        try transfer.set(CURLOPT_SSL_VERIFYHOST, 0)
        try transfer.set(CURLOPT_CERTINFO, 1)
        let code = try transfer.perform(request)
        guard code == CURLE_OK else {
            throw transfer.failure(code, receiver: receiver, request: request, limits: limits)
        }
        certificates = (0..<Self.mostCertificates).compactMap { transfer.certificate($0) }
        date = transfer.fields("age").allSatisfy { $0 == "0" } ? transfer.fields("date").first : nil
    }
}
