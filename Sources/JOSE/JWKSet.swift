import Basics
import Cryptography
package import JSON

/// The keys of a provider (RFC 7517 5).
package struct JWKSet: Sendable {
    /// More than any provider publishes; bounds the work that a set can cause.
    package static let mostKeys = 200

    package let keys: [JWK]

    /// Nil unless `object` has a list of objects as "keys", at most `mostKeys`. A key that is of no use here does not
    /// spoil the others. Of several keys with one kid that could be taken for each other none is used.
    package init?(_ object: JSONObject) {
        guard let entries = object["keys"]?.array, entries.count <= Self.mostKeys else { return nil }
        let keys = entries.compactMap { $0.object.flatMap(JWK.init) }
        self.keys = keys.enumerated().filter { index, key in
            !keys.enumerated().contains { $0 != index && Self.areConfusable($1, key) }
        }.map { $0.element }
    }

    private static func areConfusable(_ first: JWK, _ second: JWK) -> Bool {
        first.keyID != nil && first.keyID == second.keyID && first.key.kind == second.key.kind
            && (first.algorithm == second.algorithm || first.algorithm == nil || second.algorithm == nil)
    }

    /// The keys that a signature with this header can have been made with. Without a kid: every key of the algorithm.
    func candidates(keyID: Text?, algorithm: SigningAlgorithm) -> [JWK] {
        keys.filter { $0.fits(algorithm) && (keyID == nil || $0.keyID == keyID) }
    }
}
