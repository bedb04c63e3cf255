import Basics
import Environment
import Provider
import Session

/// The refresh of a session that is in a store: all processes together send one request for one refresh token. The others
/// wait for the result, which they find in the store, or keep what they have.
struct SharedRefresh {
    /// Seconds that a claim outlives the requests of a refresh, which are three at most.
    private static let margin: Int64 = 5
    /// Seconds that the others can see how a refresh ended: as long as requests may still carry the old token, and, if
    /// nothing came of it, until the next try.
    private static let resultTime: Int64 = 60
    private static let pauseTime: Int64 = 10
    /// Milliseconds between two looks.
    private static let pollTime: Int64 = 20
    /// A new refresh token that is not stored is lost, so this is tried for some seconds if the request may wait.
    private static let mostTries = 10
    private static let retryTime: Int64 = 250

    let visit: Visit
    let session: Session
    let token: Text
    private let stored: StoredSessions

    /// Nil if the session is in cookies.
    init?(visit: Visit, session: Session, token: Text?) {
        guard let token, let stored = visit.application.storedSessions, session.stored != nil else { return nil }
        self.visit = visit
        self.session = session
        self.token = token
        self.stored = stored
    }

    /// `timeout`: milliseconds that a request to the provider takes at most.
    func run(
        timeout: Int64, _ context: FlowContext, _ redeem: () throws(Failure) -> Answer?
    ) throws(Failure) -> Answer? {
        let version = try context.number { () throws(Failure) in try claim(timeout: timeout, context) }
        guard version != 0 else { return try answer(with: stored.reload(session), context) }
        let result: Result<Answer?, Failure>
        do throws(Failure) {
            result = .success(try redeem())
        } catch {
            result = .failure(error)
        }
        // Without a store that answers, the claim ends by itself.
        try? context.once { () throws(Failure) in try finish(version, result) }
        return try result.get()
    }

    /// The version of the own claim; 0 if others have refreshed or ended the session. Fails if it stays as it is.
    private func claim(timeout: Int64, _ context: FlowContext) throws(Failure) -> Int64 {
        let claim = try RefreshClaim(session, token)
        let deadline = context.monotonicTime + timeout
        while true {
            if let version = try stored.take(claim, lifetime: 3 * timeout / 1000 + Self.margin) {
                // Somebody may have finished between the reading of the session and the claim.
                if try stored.reload(session)?.stored?.tokens.refreshToken == token { return version }
                try stored.finish(RefreshClaim(session, token, version: version), .done, lifetime: Self.pauseTime)
                return 0
            }
            switch try stored.state(of: claim) {
            case .done: return 0
            case .failed: throw Failure(.providerTimeout, "another request tried to refresh this session, and failed")
            case .begun, nil:
                guard context.mayWait, context.monotonicTime < deadline else {
                    throw Failure(.providerTimeout, "another request is refreshing this session")
                }
                context.pause(milliseconds: Self.pollTime)
            }
        }
    }

    private func finish(_ version: Int64, _ result: Result<Answer?, Failure>) throws(Failure) {
        let claim = try RefreshClaim(session, token, version: version)
        guard case .success(let answer) = result else {
            return try stored.finish(claim, .failed, lifetime: Self.pauseTime)
        }
        var isUsedUp = true
        if case .refreshed(let tokens)? = answer?.session { isUsedUp = tokens.refreshToken != token }
        if answer == nil { isUsedUp = false }
        try stored.finish(claim, .done, lifetime: isUsedUp ? Self.resultTime : Self.pauseTime)
    }

    /// The look for a newer result, once the provider has refused the token; nil without one.
    func newerResult(_ context: FlowContext) throws(Failure) -> Answer? {
        guard let newer = try stored.reload(session), newer.stored?.tokens.refreshToken != token else { return nil }
        return try answer(with: newer, context)
    }

    /// Stores what a refresh has brought.
    func store(_ tokens: SessionTokens, _ failure: Failure?, _ context: FlowContext) throws(Failure) -> Answer {
        var tries = context.mayWait ? Self.mostTries : 1
        while true {
            do throws(Failure) {
                let updated = try visit.application.sessionWriter.update(session, tokens, context.now)
                var answer = try answer(with: updated, context)
                answer.failure = answer.failure ?? failure
                return answer
            } catch {
                guard error.code == .sessionStoreFailed else { throw error }
                tries -= 1
                if tries == 0 { return unstored(tokens, error) }
                context.pause(milliseconds: Self.retryTime)
            }
        }
    }

    /// They are good for this request, at least.
    private func unstored(_ tokens: SessionTokens, _ failure: Failure) -> Answer {
        var answer = Answer(nil, failure: failure)
        answer.session = .refreshed(tokens)
        return answer
    }

    /// `session`: as the store has it now.
    private func answer(with session: Session?, _ context: FlowContext) throws(Failure) -> Answer {
        guard let session, let part = session.stored else {
            return visit.sessionEnded(Failure(.notSignedIn, "the session has ended meanwhile"))
        }
        var answer = Answer(nil)
        answer.session = .refreshed(part.tokens)
        answer.sessionHeaders = try visit.application.sessionWriter.headers(toStoreChangesOf: session, context.now)
        return answer
    }
}
