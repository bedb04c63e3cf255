import Basics
import OpenIDConnect

/// Reads how the client shows the token endpoint who it is.
enum ClientAuthenticationReader {
    private static let key: Text = "token_endpoint_auth_method"

    static func read(
        _ section: Section, _ parameters: AuthorizationParameters, hasSecret: Bool
    ) -> ClientAuthenticationMethod? {
        let here = section.text(key)
        if let here, let there = parameters.tokenEndpointAuthMethod, here != there {
            section.report(key, "is another one than in client_kwargs; keep one of the two")
            return nil
        }
        guard let name = here ?? parameters.tokenEndpointAuthMethod else { return nil }
        guard let method = ClientAuthenticationMethod(name: name) else {
            section.report(key, "must be client_secret_basic, client_secret_post or none; no other is supported")
            return nil
        }
        if method == .publicClient, hasSecret {
            section.report(key, "is none, which is for clients without a secret; remove it, or client_secret")
        } else if method != .publicClient, !hasSecret {
            section.report(key, "needs client_secret, which is missing, empty or wrong")
        }
        return method
    }
}
