package import Basics
import Cryptography
package import JSON

/// The keys of a provider (RFC 7517 5).
package struct JWKSet: Sendable {
    /// More than any provider publishes; bounds the work that a set can cause.
    package static let mostKeys = 200

    package let keys: [JWK]
    /// Why other keys of the set are not used, for a log: a sentence each.
    package let refusals: [Text]

    /// Nil unless `object` has a list of objects as "keys", at most `mostKeys`. A useless key does not spoil the others. Of
    /// several keys with one kid that could be mistaken for each other none is used.
    package init?(_ object: JSONObject) {
        guard let entries = object["keys"]?.array, entries.count <= Self.mostKeys else { return nil }
        var keys: [JWK] = []
        var refusals: [Text] = []
        for (index, entry) in entries.enumerated() {
            do throws(Failure) {
                guard let members = entry.object else { throw Failure(.jwkSetInvalid, "it is not an object") }
                keys.append(try JWK(members))
            } catch {
                let name = entry.object?["kid"]?.text?.forMessage ?? "number \(index + 1)"
                refusals.append("key \(name) of the JWK set is not used: \(error.message)")
            }
        }
        let isConfusable = keys.map { key in keys.contains { key.isConfusable(with: $0) } }
        self.keys = zip(keys, isConfusable).filter { !$1 }.map { $0.0 }
        self.refusals =
            refusals
            + zip(keys, isConfusable).filter { $1 }.map {
                "key \($0.0.keyID?.forMessage ?? "") of the JWK set is not used: another key has the same kid"
            }
    }

    package static var empty: JWKSet { JWKSet(keys: [], refusals: []) }

    private init(keys: [JWK], refusals: [Text]) {
        self.keys = keys
        self.refusals = refusals
    }

    /// The set with only its usable keys.
    package func filtered(_ isUsable: (JWK) -> Bool) -> JWKSet {
        JWKSet(keys: keys.filter(isUsable), refusals: refusals)
    }

    /// The keys that can have made a signature with this header. Without a kid: every key of the algorithm.
    func candidates(keyID: Text?, algorithm: SigningAlgorithm) -> [JWK] {
        keys.filter { $0.fits(algorithm) && (keyID == nil || $0.keyID == keyID) }
    }
}
