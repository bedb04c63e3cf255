import Basics
import OpenIDConnect

/// The last nonce that each of a provider's servers gave out for DPoP proofs (RFC 9449 8, 9), so that a login rarely has to
/// ask for one. They stand in no relation to a user.
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
