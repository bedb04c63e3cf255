package import Basics
import Cryptography
package import JSON
package import OpenIDConnect

/// How the log names a user.
package enum LogIdentity: CaseIterable, Sendable {
    case hash
    case subject
    case email

    package init?(name: Text) {
        guard let identity = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = identity
    }

    package var name: Text {
        switch self {
        case .hash: "hash"
        case .subject: "sub"
        case .email: "email"
        }
    }

    /// The user with these claims. Without an e-mail address, the hash. Nil without an identity. `secrets`: what the login
    /// sent in confidence, which a provider may repeat in a claim.
    package func user(_ claims: JSONObject, _ secrets: SentSecrets = SentSecrets()) -> Text? {
        guard let subject = claims["sub"]?.text else { return nil }
        let claim = self == .subject ? subject : self == .email ? claims["email"]?.text : nil
        return claim.map { secrets.hide(in: $0) } ?? Self.hash(claims["iss"]?.text ?? "", subject)
    }

    /// 96 bits of it, which a support desk can compute for a user who asks.
    private static func hash(_ issuer: Text, _ subject: Text) -> Text? {
        let hash = try? Digest.sha256.hash(issuer.bytes + [0x20] + subject.bytes)
        return hash.map { Base64URL.encode($0.prefix(12)) }
    }
}
