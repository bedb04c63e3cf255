import Basics
import Cryptography

/// The states of logins that were answered lately, so that a callback that comes twice with all its cookies is told from
/// the first. The browser's cookie and the provider's single use of a code stop replays too; this stops them before a
/// second token request. Of fixed size: it forgets the oldest.
final class EndedLogins: @unchecked Sendable {
    private static let most = 1024
    private static let hashLength = 16

    // Guarded by the lock.
    private var hashes: [[UInt8]] = []
    private var next = 0

    /// Marks a login as ended; false if it already was.
    func end(state: Text) throws(Failure) -> Bool {
        let hash = Array(try Digest.sha256.hash(state.bytes).prefix(Self.hashLength))
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
