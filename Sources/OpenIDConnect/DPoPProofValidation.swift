package import Basics
import Cryptography
import JOSE
import JSON

/// Every check of a DPoP proof that comes with an access token (RFC 9449 4.3), but that it comes once. A value: the caller
/// supplies the time.
package struct DPoPProofValidation {
    /// Seconds that a proof may be old.
    package static let longestAge: Int64 = 60
    /// Seconds after `issuedAt` during which it may be used.
    package static let longestUse = longestAge + ClaimsValidation.leeway
    private static let longest = 8 * 1024

    /// Those that a proof may be signed with: with a key pair, and on by default.
    private static var algorithms: [SigningAlgorithm] { SigningAlgorithm.allCases.filter { $0.isOnByDefault } }

    package static var algorithmNames: [Text] { algorithms.map { $0.name } }

    private let jws: JWS
    private let key: JWK
    private let algorithm: SigningAlgorithm
    /// "jti" and the key: a proof is good once.
    package let id: Text
    package let issuedAt: Int64
    /// Of the key (RFC 7638).
    private let thumbprint: Text

    /// Judges what needs no signature. `origin` and `path`: of the request. Nothing in the proof may be used before `verify`.
    package init(
        _ proof: Text, method: Text, origin: Text, path: Text, accessToken: Text, now: Int64
    ) throws(Failure) {
        guard proof.count <= Self.longest, let jws = JWS(proof), jws.type == "dpop+jwt" else {
            throw Self.invalid("is not a readable JWT of the type dpop+jwt")
        }
        guard let algorithm = SigningAlgorithm(name: jws.algorithm), Self.algorithms.contains(algorithm),
            let key = jws.introducedKey.flatMap({ try? JWK($0) }), let members = key.key.jwk?.encoded()
        else { throw Self.invalid("has no public key, or an alg that is not accepted") }
        let claims = jws.payload
        guard claims["htm"]?.text == method, let url = claims["htu"]?.text.flatMap({ AbsoluteURL($0) }),
            url.origin == origin, (url.path.isEmpty ? "/" : url.path) == path
        else { throw Self.invalid("is for another request: htm is not its method, or htu not its URL") }
        guard let issuedAt = claims["iat"]?.seconds, issuedAt <= now + ClaimsValidation.leeway,
            issuedAt > now - Self.longestAge, claims.isCurrent(now)
        else { throw Self.invalid("was not made within the last minute; check the clocks") }
        let hash = Base64URL.encode(try Digest.sha256.hash(accessToken.bytes))
        guard let stated = claims["ath"]?.text, isEqualInConstantTime(stated.bytes, hash.bytes) else {
            throw Self.invalid("is for another access token: ath is not its hash")
        }
        guard let id = claims.nonEmpty("jti")?.text else { throw Self.invalid("has no jti") }
        thumbprint = Base64URL.encode(try Digest.sha256.hash(members.bytes))
        self.jws = jws
        self.key = key
        self.algorithm = algorithm
        self.issuedAt = issuedAt
        self.id = "dpop \(thumbprint) \(id)"
    }

    /// Whether the client has the key that the access token is bound to.
    package func verify(boundKey: Text) throws(Failure) {
        guard isEqualInConstantTime(thumbprint.bytes, boundKey.bytes) else {
            throw Self.invalid("has another key than that which the access token is bound to")
        }
        guard jws.verify(with: key, algorithm: algorithm) else { throw Self.invalid("has a wrong signature") }
    }

    package static func invalid(_ problem: Text) -> Failure {
        Failure(.accessTokenProofInvalid, "the DPoP proof \(problem)")
    }
}
