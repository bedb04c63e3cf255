import Basics
import OpenIDConnect

/// The last nonce that each of a provider's servers issued for DPoP proofs (RFC 9449 8, 9), so a login rarely needs to ask
/// for one. They are unrelated to users.
final class DPoPNonces: @unchecked Sendable {
    enum Server { case authorizationServer, resourceServer }

    // Guarded by the lock.
    private var authorizationServer: Text?
    private var resourceServer: Text?

    subscript(server: Server) -> Text? {
        withLock { server == .authorizationServer ? authorizationServer : resourceServer }
    }

    func store(_ nonce: Text, of server: Server) {
        withLock {
            switch server {
            case .authorizationServer: authorizationServer = nonce
            case .resourceServer: resourceServer = nonce
            }
        }
    }
}
