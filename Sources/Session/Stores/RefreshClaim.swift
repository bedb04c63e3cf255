package import Basics
import Cryptography
import Environment

/// One request for one refresh token among all processes: who wants to redeem it first claims it in the store, for longer
/// than the request can take. The claim then tells the others how it ended, while they may still carry the old token.
package struct RefreshClaim: Sendable {
    /// What a claim says.
    package enum State: UInt8, Sendable {
        case begun = 1
        /// The session in the store has the result.
        case done
        case failed
    }

    fileprivate let key: StoreKey
    /// For the journal of a flow that runs again.
    package let version: Int64

    package init(_ session: Session, _ token: Text, version: Int64 = 0) throws(Failure) {
        guard let id = session.id else { throw Failure(.internalError, "a session without an id has no claims") }
        key = StoreKey(.claim, hash: try SessionReference.hash("refresh", id, token.bytes))
        self.version = version
    }
}

extension StoredSessions {
    /// Claims the refresh token for `lifetime` seconds; nil if it is claimed.
    package func take(_ claim: RefreshClaim, lifetime: Int64) throws(Failure) -> Int64? {
        let record = StoredRecord(version: try newVersion(), bytes: [RefreshClaim.State.begun.rawValue])
        let isTaken = try ask { (store) throws(Failure) in
            try store.put(record, under: claim.key, over: nil, lifetime: lifetime)
        }
        return isTaken ? Int64(bitPattern: record.version) : nil
    }

    /// What the claim says now; nil if there is none any more.
    package func state(of claim: RefreshClaim) throws(Failure) -> RefreshClaim.State? {
        let record = try ask { (store) throws(Failure) in try store.get(claim.key) }
        return record.map { $0.bytes.first.flatMap(RefreshClaim.State.init) ?? .failed }
    }

    /// Tells the others how it ended, for `lifetime` seconds.
    package func finish(_ claim: RefreshClaim, _ state: RefreshClaim.State, lifetime: Int64) throws(Failure) {
        let record = StoredRecord(version: try newVersion(), bytes: [state.rawValue])
        _ = try ask { (store) throws(Failure) in
            try store.put(record, under: claim.key, over: UInt64(bitPattern: claim.version), lifetime: lifetime)
        }
    }
}
