import Basics
import Cryptography
import JSON
import TestSupport
import Testing

@testable import JOSE

/// The payloads of these vectors are no JSON objects, so JWS refuses every one of them before it looks at a signature.
/// They are taken apart here, and go through what JWS uses for the rest: base64url, the header, the choice of the key and
/// the signature.
@Suite struct WycheproofTests {
    /// Where we differ, on purpose or because the vector is wrong.
    static let differences: [Int64: String] = [
        346: "the key is for PS256, the header says PS384", 350: "the key is for PS256, the header says PS384",
        347: "the key is for ES521, which does not exist", 351: "the key is for ES521, which does not exist",
        367: "is byte for byte the valid 357", 370: "is byte for byte the valid 357",
        372: "a question mark stands inside the base64url", 373: "a question mark stands inside the base64url",
    ]

    @Test(
        .enabled(if: Wycheproof.signatures != nil, "no ../shared/vectors"),
        arguments: Wycheproof.signatures?.vectors ?? [])
    func signature(vector: Wycheproof.Vector) throws {
        let isGenuine = try verifies(vector.token, with: vector.keys)
        #expect(isGenuine == (vector.isValid != (Self.differences[vector.id] != nil)))
        #expect(JWS(vector.token) == nil)
    }

    /// A shared secret in a JWK set is never used; that a modulus has the form that broken smart cards (ROCA) made is not
    /// looked for.
    static let keyDifferences: [Int64: String] = [
        2: "a shared secret in a set", 13: "a shared secret in a set", 14: "a shared secret in a set",
        15: "a shared secret in a set", 7: "ROCA",
    ]

    @Test(.enabled(if: Wycheproof.keySets != nil, "no ../shared/vectors"), arguments: Wycheproof.keySets?.vectors ?? [])
    func keySet(vector: Wycheproof.Vector) throws {
        let keys = try #require(vector.keys["keys"]?.array)
        let parts = Parts(vector.token)
        let algorithm = parts.flatMap { $0.algorithm(for: [:]) }
        let isGenuine = parts.flatMap { parts in algorithm.map { verifies(parts, keys: keys, $0) } } ?? false
        #expect(isGenuine == (vector.isValid != (Self.keyDifferences[vector.id] != nil)))
    }

    @Test(.enabled(if: Wycheproof.signatures != nil && Wycheproof.keySets != nil, "no ../shared/vectors"))
    func allVectorsAreThere() {
        #expect(Wycheproof.signatures?.vectors.count == 401)
        #expect(Wycheproof.keySets?.vectors.count == 26)
    }

    /// With the algorithm of the key; where the key has none, that of the header.
    private func verifies(_ token: Text, with key: JSONObject) throws -> Bool {
        guard let parts = Parts(token), let algorithm = parts.algorithm(for: key) else { return false }
        guard algorithm.isSymmetric else { return verifies(parts, keys: [.object(key)], algorithm) }
        let secret = try #require(key["k"]?.text.flatMap { Base64URL.decode($0) })
        let expected = try algorithm.digest.authenticate(parts.input, key: Secret(secret))
        return isEqualInConstantTime(expected, parts.signature)
    }

    private func verifies(_ parts: Parts, keys: [JSON], _ algorithm: SigningAlgorithm) -> Bool {
        guard let set = JWKSet(["keys": .array(keys)]), let scheme = algorithm.scheme else { return false }
        return set.candidates(keyID: parts.header["kid"]?.text, algorithm: algorithm).contains {
            $0.key.verify(parts.signature, over: parts.input, scheme: scheme)
        }
    }

    private struct Parts {
        let header: JSONObject
        let input: [UInt8]
        let signature: [UInt8]

        init?(_ token: Text) {
            let parts = token.split(at: ".")
            guard parts.count == 3, let signature = Base64URL.decode(parts[2]), Base64URL.decode(parts[1]) != nil,
                let header = Base64URL.decode(parts[0]).flatMap({ JSONObject(parsing: $0) })
            else { return nil }
            self.header = header
            self.signature = signature
            input = (parts[0] + "." + parts[1]).bytes
        }

        /// Nil if header and key do not agree.
        func algorithm(for key: JSONObject) -> SigningAlgorithm? {
            guard let name = header["alg"]?.text, name == key["alg"]?.text ?? name else { return nil }
            return SigningAlgorithm(name: name)
        }
    }
}
