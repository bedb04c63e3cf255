package import Basics
import Cryptography
package import JSON

/// The keys of a provider (RFC 7517 5).
package struct JWKSet: Sendable {
    /// More than any provider publishes; bounds the work that a set can cause.
    package static let mostKeys = 200

    package let keys: [JWK]
    /// Why others of its keys are not used, for a log: a sentence each.
    package let refusals: [Text]

    /// Nil unless `object` has a list of objects as "keys", at most `mostKeys`. A key that is of no use here does not
    /// spoil the others. Several keys may have one kid: which of them it was is for the signature to tell.
    package init?(_ object: JSONObject) {
        guard let entries = object["keys"]?.array, entries.count <= Self.mostKeys else { return nil }
        var keys: [JWK] = []
        var refusals: [Text] = []
        for (index, entry) in entries.enumerated() {
            do throws(Failure) {
                guard let members = entry.object else { throw Failure(.jwkSetInvalid, "it is no object") }
                keys.append(try JWK(members))
            } catch {
                let name = entry.object?["kid"]?.text?.forMessage ?? "number \(index + 1)"
                refusals.append("key \(name) of the JWK set is not used: \(error.message)")
            }
        }
        self.keys = keys
        self.refusals = refusals
    }

    /// The keys that a signature with this header can have been made with. Without a kid: every key of the algorithm.
    func candidates(keyID: Text?, algorithm: SigningAlgorithm) -> [JWK] {
        keys.filter { $0.fits(algorithm) && (keyID == nil || $0.keyID == keyID) }
    }
}
