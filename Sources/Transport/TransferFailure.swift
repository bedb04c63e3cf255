import Basics
import CCurl

/// The library's error for a failed transfer.
extension CurlTransfer {
    func failure(
        _ code: CURLcode, receiver: ResponseReceiver, request: HTTPRequest, limits: ConnectionSettings
    ) -> Failure {
        // Never the query: it may contain confidential data.
        let place: Text = request.url.withoutQuery
        if receiver.isTooLarge || code == CURLE_FILESIZE_EXCEEDED || isLineTooLong(code) {
            return Failure(.responseTooLarge, "\(place): the response is larger than \(ResponseReceiver.limits)")
        }
        if receiver.isCutShort {
            return Failure(.providerUnreachable, "\(place): the connection closed before the response was complete")
        }
        if receiver.hasOnlyRefusedAddresses {
            let message: Text = "\(place): all addresses of the host are refused (\(AddressPolicy.rule))"
            return Failure(.providerAddressRefused, message)
        }
        if code == CURLE_OPERATION_TIMEDOUT {
            let times: Text = "connect_timeout \(limits.connectTimeout) ms, timeout \(limits.timeout) ms"
            return Failure(.providerTimeout, "\(place): no complete response in time (\(times))")
        }
        if code == CURLE_SSL_CACERT_BADFILE { return .unreadableAuthorities(for: request.url, within: limits) }
        if let advice = Self.tlsAdvice(for: code) {
            return Failure(.providerTLSFailed, "\(place): \(advice) (\(detail))")
        }
        return Failure(.providerUnreachable, "\(place): \(Self.description(of: code))\(proxyDetail(limits.proxy))")
    }

    /// libcurl itself refuses a header line beyond 100 KB. Its releases before 8.6 report "out of memory"; later ones have
    /// CURLE_TOO_LARGE, which earlier headers do not define.
    private func isLineTooLong(_ code: CURLcode) -> Bool {
        let tooLarge: UInt32 = 100
        return code.rawValue == tooLarge || code == CURLE_OUT_OF_MEMORY && number(CURLINFO_RESPONSE_CODE) != 0
    }

    private func proxyDetail(_ proxy: AbsoluteURL?) -> Text {
        guard let proxy else { return "" }
        let status = number(CURLINFO_HTTP_CONNECTCODE)
        return status == 0 || status == 200
            ? ", through the proxy \(proxy.origin)" : "; the proxy \(proxy.origin) answered \(status)"
    }

    /// What to do about a TLS failure; nil for any other failure.
    private static func tlsAdvice(for code: CURLcode) -> Text? {
        switch code {
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
            "the server's certificate is not accepted; if you run the certificate authority yourself, name its "
                + "PEM file in ca_file"
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, CURLE_USE_SSL_FAILED,
            CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_SSL_SHUTDOWN_FAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            "no TLS connection; the server must support TLS 1.2 or newer"
        default:
            nil
        }
    }
}

extension Failure {
    static func unreadableAuthorities(for url: AbsoluteURL, within limits: ConnectionSettings) -> Failure {
        let advice: Text =
            limits.certificateAuthorityFile == nil
            ? "this machine has no certificate authorities; install the package ca-certificates, or name a PEM file in "
                + "ca_file"
            : "the certificate authorities cannot be read; ca_file must name a PEM file that this process may read"
        return Failure(.providerTLSFailed, "\(url.withoutQuery): \(advice)")
    }
}

extension AbsoluteURL {
    var withoutQuery: Text { origin + path }
}
