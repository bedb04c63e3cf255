package import Basics
import Cryptography
package import JSON

/// A signed token in compact form (RFC 7515 7.1), split, but not yet verified.
package struct JWS {
    /// Larger tokens are refused unread: their content must fit into a session in the end.
    package static let longestToken = 256 * 1024

    /// "alg", as stated in the token: never a reason to accept anything.
    package let algorithm: Text
    package let keyID: Text?
    package let type: Text?
    /// "jwk": the key that the token introduces, which anybody could have put there. Only for protocols that ask for it.
    package let introducedKey: JSONObject?
    package let payload: JSONObject

    private let signingInput: [UInt8]
    private let signature: [UInt8]

    /// Nil unless `token` is three base64url parts, the first two JSON objects, with a header that this library understands
    /// completely. Keys and addresses of keys in the header (jwk, jku, x5c, x5u) verify nothing here (RFC 8725
    /// 3.10).
    package init?(_ token: Text) {
        guard token.count <= Self.longestToken else { return nil }
        let parts = token.bytes.parts(separatedBy: 0x2E)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]),
            let header = Self.readObject(parts[0]), let payload = Self.readObject(parts[1])
        else { return nil }
        // A critical extension, none of which is supported (RFC 7515 4.1.11), an unencoded payload (RFC 7797), a
        // compressed one: none of the three is for us.
        guard !header.has("crit"), !header.has("b64"), !header.has("zip"),
            let algorithm = header["alg"]?.text
        else { return nil }
        let (keyID, type) = (header.nonEmpty("kid"), header.nonEmpty("typ"))
        for value in [keyID, type] where value != nil && value?.text == nil { return nil }
        self.algorithm = algorithm
        self.keyID = keyID?.text
        self.type = type?.text
        introducedKey = header["jwk"]?.object
        self.payload = payload
        self.signature = signature
        signingInput = Array(token.bytes[..<parts[1].endIndex])
    }

    private static func readObject(_ part: ArraySlice<UInt8>) -> JSONObject? {
        Base64URL.decode(part).flatMap(JSONObject.init(parsing:))
    }

    /// Describes a token that could not be split.
    package static func problem(of token: Text) -> Text {
        let parts = token.bytes.parts(separatedBy: 0x2E)
        if token.count <= longestToken, parts.count == 3 {
            for part in parts.prefix(2) {
                guard let bytes = Base64URL.decode(part) else { break }
                do throws(JSONProblem) { _ = try JSONObject(reading: bytes) } catch {
                    return "has a part that \(error.sentence)"
                }
            }
        }
        return "is not a readable signed JWT"
    }

    package enum Verdict: Equatable {
        case genuine
        case forged
        /// No key of the set can have made the signature.
        case keyUnknown
    }

    /// How many keys to try for a token that does not name its key.
    private static let mostTries = 8

    /// Verifies the signature with a provider's keys. `algorithm` must be allowed for that provider, and be the token's.
    package func verify(with set: JWKSet, algorithm: SigningAlgorithm) -> Verdict {
        guard let scheme = algorithm.scheme, algorithm.name == self.algorithm else { return .forged }
        let candidates = set.candidates(keyID: keyID, algorithm: algorithm)
        guard !candidates.isEmpty else { return .keyUnknown }
        let isGenuine = candidates.prefix(Self.mostTries).contains {
            $0.key.verify(signature, over: signingInput, scheme: scheme)
        }
        return isGenuine ? .genuine : .forged
    }

    /// Verifies the signature with one key. `algorithm` as above.
    package func verify(with key: JWK, algorithm: SigningAlgorithm) -> Bool {
        guard let scheme = algorithm.scheme, algorithm.name == self.algorithm, key.fits(algorithm) else { return false }
        return key.key.verify(signature, over: signingInput, scheme: scheme)
    }

    /// Verifies a MAC made with a secret that both sides know. `algorithm` as above.
    package func verify(with secret: Secret, algorithm: SigningAlgorithm) throws(Failure) -> Verdict {
        guard algorithm.isSymmetric, algorithm.name == self.algorithm else { return .forged }
        let expected = try algorithm.digest.authenticate(signingInput, key: secret)
        return isEqualInConstantTime(expected, signature) ? .genuine : .forged
    }

    /// The expected at_hash or similar claim for `value` in this token, once it is verified: the left half of its hash
    /// (OIDC Core 3.1.3.6). With EdDSA the hash depends on the curve, which the length of the signature reveals.
    package func tokenHash(of value: Text, algorithm: SigningAlgorithm) throws(Failure) -> Text {
        let isEd448 = algorithm == .edDSA && signature.count == 114
        let hash = try (isEd448 ? SigningAlgorithm.ed448 : algorithm).digest.hash(value.bytes)
        return Base64URL.encode(hash.prefix(hash.count / 2))
    }
}
