import Basics
import Environment
import OpenIDConnect
import Provider
import Session

/// A response that comes once more, or too late, to a browser that has signed in meanwhile: by the back button, a restored
/// tab, a double click, or one of many tabs. See docs/adr/0032-signed-in-already.md.
extension LoginCallback {
    /// The page that the login would have led to, or the start page; nil if the failure must be shown. Nothing is redeemed,
    /// and the session stays as it is: whatever the response says, it changes neither who is signed in nor how fresh that is.
    func wayOn(after failure: Failure, of transaction: LoginTransaction?, _ context: FlowContext) -> Answer? {
        guard !visit.incoming.isNative, let session = visit.session, let parameters = try? message.parameters(),
            !AuthorizationResponse.mayRefuse(parameters)
        else { return nil }
        switch (failure.code, transaction) {
        case (.stateMismatch, nil), (.loginReplayed, _?): break
        // The session from before this login is not what the user came back for.
        case (.loginExpired, let transaction?) where session.created > transaction.start: break
        default: return nil
        }
        context.report(.alreadySignedIn(insteadOf: failure.code, provider: transaction?.provider))
        return Answer(.redirect(to: transaction?.returnTarget ?? application.site.home, after: visit.incoming.method))
    }
}
