import Basics
import Environment
import JOSE

/// The cached JWK set of an issuer, which is fetched again when it lacks a key.
final class ProviderKeys: Sendable {
    private let document: CachedDocument<JWKSet>

    /// `timeout`: of one fetch, in milliseconds.
    init(timeout: Int64) {
        document = CachedDocument(timeout: timeout)
    }

    func areOutOfReach(now: Int64) -> Bool { document.isOutOfReach(now: now) }

    /// Runs `body` with the cached keys; again with newer ones if it fails because of a missing or wrong key, since the
    /// issuer may have changed its keys. Not if new ones were fetched a short time ago. `onFailure`: called if there are no
    /// keys to use. `onRenewal`: called after newer ones were fetched for that reason.
    func use<Result>(
        _ context: FlowContext, by deadline: Int64 = .max, fetch: () throws(Failure) -> CachedDocument<JWKSet>.Fetched,
        onFailure: (Failure) -> Void = { _ in }, onRenewal: () -> Void = {},
        _ body: (JWKSet) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let keys = try Self.reading(context, onFailure) { () throws(Failure) in
            try document.value(now: context.now.seconds, by: deadline, fetch: fetch)
        }
        guard let keys else { throw Failure(.internalError, "a document was fetched and is not there") }
        do throws(Failure) {
            return try body(keys.value)
        } catch {
            guard error.code.mayMeanNewKeys else { throw error }
            let newer = try Self.reading(context, onFailure) { () throws(Failure) in
                try document.newerValue(than: keys.version, now: context.now.seconds, by: deadline) {
                    () throws(Failure) in
                    let newer = try fetch()
                    onRenewal()
                    return newer
                }
            }
            guard let newer else { throw error }
            return try body(newer.value)
        }
    }

    /// A flow that runs again goes on with the keys that it had.
    private static func reading(
        _ context: FlowContext, _ onFailure: (Failure) -> Void,
        _ body: () throws(Failure) -> CachedDocument<JWKSet>.Versioned?
    ) throws(Failure) -> CachedDocument<JWKSet>.Versioned? {
        do throws(Failure) {
            let entry = try context.entry { () throws(Failure) in .keys(try body()) }
            guard case .keys(let keys) = entry else { throw Journal.strayed }
            return keys
        } catch {
            onFailure(error)
            throw error
        }
    }
}
