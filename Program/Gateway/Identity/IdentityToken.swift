import Basics
import Cryptography
import JOSE
import JSON

/// A JWT of the gateway's about the user: an app that verifies it need not trust the network in between.
struct IdentityToken: Sendable {
    /// Seconds. A request may take long, and clocks differ.
    private static let lifetime: Int64 = 300

    private let signing: SigningSettings
    private let issuer: Text
    private let keyID: Text
    /// The public keys as a JWK set (RFC 7517 5).
    let keySet: Text

    init(_ signing: SigningSettings, issuer: Text) throws(Failure) {
        self.signing = signing
        self.issuer = issuer
        keyID = try Self.keyID(of: signing.key)
        var keys: [JSON] = []
        for key in [signing.key] + (signing.formerKey.map { [$0] } ?? []) {
            var jwk = key.publicKey.jwk ?? JSONObject()
            jwk["kid"] = .string(try Self.keyID(of: key))
            jwk["alg"] = .string(SigningAlgorithm.es256.name)
            jwk["use"] = .string("sig")
            keys.append(.object(jwk))
        }
        var set = JSONObject()
        set["keys"] = .array(keys)
        keySet = set.encoded() ?? ""
    }

    /// The thumbprint (RFC 7638).
    private static func keyID(of key: PrivateKey) throws(Failure) -> Text {
        guard let jwk = key.publicKey.jwk?.encoded() else {
            throw Failure(.internalError, "the signing_key cannot be written as a JWK")
        }
        return Base64URL.encode(try Digest.sha256.hash(jwk.bytes))
    }

    func signed(_ claims: JSONObject, _ now: Int64) throws(Failure) -> Text {
        var all = JSONObject()
        all["iss"] = .string(issuer)
        all["aud"] = .string(signing.audience ?? issuer)
        all["iat"] = .integer(now)
        all["exp"] = .integer(now + Self.lifetime)
        for member in claims.members { all[member.name] = member.value }
        return try JWS.sign(all, header: .init(type: "JWT", keyID: keyID), with: signing.key, algorithm: .es256)
    }
}
