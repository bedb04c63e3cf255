package import Basics

/// Sends one request to a provider and waits for the answer.
///
/// Redirects are not followed, and the whole exchange ends by its deadline. Called from any thread.
package protocol Transport: AnyObject, Sendable {
    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse
}

/// How a provider is reached; from the configuration, provider by provider.
package struct ConnectionSettings: Equatable, Sendable {
    /// PEM file of the certificate authorities to trust instead of the system's.
    package var certificateAuthorityFile: Text?
    /// http:// or https:// URL of the proxy to use; without one, none is used, whatever the environment says.
    package var proxy: AbsoluteURL?
    /// Time limit for connecting, in milliseconds.
    package var connectTimeout: Int64
    /// Milliseconds for the whole exchange.
    package var timeout: Int64
    /// Presented to the server if it asks for one; nil for most requests.
    package var clientCertificate: ClientCertificate?
    /// Whether the provider itself is on this machine: only then may a connection end at a loopback address.
    package var allowsLoopback: Bool

    package init(
        certificateAuthorityFile: Text? = nil, proxy: AbsoluteURL? = nil, connectTimeout: Int64 = 5_000,
        timeout: Int64 = 10_000, allowsLoopback: Bool = false
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.proxy = proxy
        self.connectTimeout = connectTimeout
        self.timeout = timeout
        self.allowsLoopback = allowsLoopback
    }
}
