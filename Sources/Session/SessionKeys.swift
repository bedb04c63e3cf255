package import Basics
import Cryptography
import JSON
import OpenIDConnect
package import Settings

/// What a provider calls a session, as short hashes: by these, the memory of ended sessions and stores find it, whoever ends
/// it. 0 stands for no name.
package struct SessionKeys: Equatable, Sendable {
    /// Of the subject: all sessions of that user.
    package let subject: UInt64
    /// Of "sid": all sessions that belong to one at the provider. If the provider has not named that, of the subject, since
    /// any logout of the subject's may be meant.
    package let providerSession: UInt64

    init(subject: UInt64, providerSession: UInt64) {
        self.subject = subject
        self.providerSession = providerSession
    }
}

/// Hashes what providers say about sessions into short keys: HMAC-SHA256 with a key derived from cookie_secret, so whoever
/// reads a store or a dump learns no user's name from them, and nobody can look for two that collide. The issuer and the
/// client are hashed too, so no two registrations share a key.
package struct SessionKeyHash: Sendable {
    /// What a key stands for. Different kinds never have the same key. `issuer`: as tokens name it, for each tenant its own.
    package enum Name: Sendable {
        case subject(Text, issuer: Text)
        /// "sid".
        case providerSession(Text)
        /// The sessions of a subject whose "sid" is unknown.
        case unnamedSessions(subject: Text, issuer: Text)
        /// The "jti" of a token that may be used once.
        case tokenID(Text)
    }

    /// Newest first.
    private let keys: [Secret]

    /// `secrets`: cookie_secret, newest first.
    package init(secrets: [Secret]) throws(Failure) {
        var keys: [Secret] = []
        for secret in secrets { keys.append(try deriveKey(from: secret, purpose: "stauth 1 session keys")) }
        self.keys = keys
    }

    /// The keys of a session that begins now, under the newest secret. `user`: its claims.
    func keys(of user: JSONObject, at provider: ProviderSettings) throws(Failure) -> SessionKeys {
        guard let key = keys.first, let issuer = user["iss"]?.text, let subject = user["sub"]?.text else {
            return SessionKeys(subject: 0, providerSession: 0)
        }
        let session = user.nonEmpty("sid")?.text.map { Name.providerSession($0) }
        return SessionKeys(
            subject: try Self.hash(.subject(subject, issuer: issuer), at: provider, key),
            providerSession: try Self.hash(
                session ?? .unnamedSessions(subject: subject, issuer: issuer), at: provider, key))
    }

    /// The keys that sessions may have for this name: one for each secret.
    package func keys(for name: Name, at provider: ProviderSettings) throws(Failure) -> [UInt64] {
        var hashes: [UInt64] = []
        for key in keys { hashes.append(try Self.hash(name, at: provider, key)) }
        return hashes
    }

    /// Never 0.
    private static func hash(_ name: Name, at provider: ProviderSettings, _ key: Secret) throws(Failure) -> UInt64 {
        let (kind, issuer, value): (Text, Text, Text) =
            switch name {
            case .subject(let subject, let issuer): ("sub", issuer, subject)
            case .providerSession(let session): ("sid", provider.issuer, session)
            case .unnamedSessions(let subject, let issuer): ("sub without sid", issuer, subject)
            case .tokenID(let id): ("jti", provider.issuer, id)
            }
        // Lengths keep names that contain others apart.
        let client = provider.client.id
        let text: Text = "\(kind) \(issuer.count):\(issuer)\(client.count):\(client)\(value)"
        return max(try Digest.sha256.authenticate(text.bytes, key: key).bigEndianNumber(at: 0), 1)
    }
}
