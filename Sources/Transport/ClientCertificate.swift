package import Basics

/// What a client presents in a TLS handshake: its certificate, any intermediate ones, and its key. PEM.
package final class ClientCertificate: Equatable, Sendable {
    let chain: Secret
    let key: Secret

    package init(chain: Text, key: Text) {
        self.chain = Secret(chain)
        self.key = Secret(key)
    }

    /// Each is read only once.
    package static func == (first: ClientCertificate, second: ClientCertificate) -> Bool { first === second }
}
