package import Basics

/// What a client shows in a TLS handshake: its certificate, with those between it and its authority, and its key. PEM.
package final class ClientCertificate: Equatable, Sendable {
    let chain: Secret
    let key: Secret

    package init(chain: Text, key: Text) {
        self.chain = Secret(chain)
        self.key = Secret(key)
    }

    /// One is only ever read once.
    package static func == (first: ClientCertificate, second: ClientCertificate) -> Bool { first === second }
}
