import Basics
import CCurl

/// How every transfer behaves. Options that libcurl would take from the environment (proxies) or from files (.netrc) are
/// set here too: only the configuration decides.
extension CurlTransfer {
    /// The authorities are those of the connection, if one is kept.
    func setOptions(
        for request: HTTPRequest, within limits: ConnectionSettings, authorities: AuthorityPlaces?, userAgent: Text
    ) throws(Failure) {
        try setAddress(of: request.url, proxy: limits.proxy)
        try setDeadlines(within: limits)
        try setTrust(in: authorities, proxy: limits.proxy)
        if request.url.isSecure, let certificate = limits.clientCertificate { try setCertificate(certificate) }
        try set(CURLOPT_USERAGENT, userAgent)
        try setHeaders(request.headers)

        // Nobody checked the address of a redirect, and the request's secrets would go there.
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_HTTP09_ALLOWED, 0)
        // Has libcurl decode a body that is compressed although nobody asked for that; the receiver's limit is for what
        // comes out.
        try set(CURLOPT_ACCEPT_ENCODING, "identity")
        // Saves the transfer if the provider announces too much; the receiver counts what really arrives.
        try set(CURLOPT_MAXFILESIZE, ResponseReceiver.longestBody)
    }

    private func setAddress(of url: AbsoluteURL, proxy: AbsoluteURL?) throws(Failure) {
        try set(CURLOPT_PROTOCOLS_STR, url.isSecure ? "https" : "http")
        try set(CURLOPT_URL, url.text)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_PATH_AS_IS, 1)
        // "" means no proxy; if unset, the environment would be used.
        try set(CURLOPT_PROXY, proxy?.authorityWithPort ?? "")
        try set(CURLOPT_NOPROXY, "")
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }

    private func setDeadlines(within limits: ConnectionSettings) throws(Failure) {
        // libcurl treats 0 as no limit.
        let allowed: ClosedRange<Int64> = 1...Int64(Int32.max)
        try set(CURLOPT_TIMEOUT_MS, Int(min(max(limits.timeout, allowed.lowerBound), allowed.upperBound)))
        try set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(max(limits.connectTimeout, allowed.lowerBound), allowed.upperBound)))
        // A silent name server must not delay the end.
        try set(CURLOPT_QUICK_EXIT, 1)
    }

    private func setTrust(in authorities: AuthorityPlaces?, proxy: AbsoluteURL?) throws(Failure) {
        let oldestTLS = Int(CURL_SSLVERSION_TLSv1_2)
        try set(CURLOPT_SSLVERSION, oldestTLS)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        try set(CURLOPT_CAINFO, authorities?.file)
        try set(CURLOPT_CAPATH, authorities?.folder)
        guard let proxy, proxy.isSecure else { return }
        try set(CURLOPT_PROXY_SSLVERSION, oldestTLS)
        try set(CURLOPT_PROXY_SSL_VERIFYPEER, 1)
        try set(CURLOPT_PROXY_SSL_VERIFYHOST, 2)
        try set(CURLOPT_PROXY_CAINFO, authorities?.file)
        try set(CURLOPT_PROXY_CAPATH, authorities?.folder)
    }
}

extension AbsoluteURL {
    /// libcurl's default port for a proxy is 1080, not that of its URL.
    fileprivate var authorityWithPort: Text {
        let defaultPort: UInt16 = isSecure ? 443 : 80
        return isSecure ? "https://\(host):\(port ?? defaultPort)" : "http://\(host):\(port ?? defaultPort)"
    }
}
