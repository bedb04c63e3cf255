import Basics
import Cryptography

/// The states of logins that were answered lately, so that a callback that comes twice with all its cookies is told from
/// the first. The browser's cookie and the provider's single use of a code stop replays too; this stops them before a
/// second token request. Of fixed size: it forgets the oldest.
final class EndedLogins: @unchecked Sendable {
    private static let most = 1024

    // Guarded by the lock. Of each state's hash the first eight bytes: states are random, and nobody can choose one.
    private var hashes: [UInt64] = []
    private var next = 0

    /// Marks a login as ended; false if it already was.
    func end(state: Text) throws(Failure) -> Bool {
        let hash = UInt64(bigEndian: try Digest.sha256.hash(state.bytes).prefix(8))
        return withLock {
            if hashes.contains(hash) { return false }
            if hashes.count < Self.most {
                hashes.append(hash)
            } else {
                hashes[next] = hash
                next = (next + 1) % Self.most
            }
            return true
        }
    }
}
