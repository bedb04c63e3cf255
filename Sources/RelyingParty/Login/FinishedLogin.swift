import Basics
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// A successful login.
struct FinishedLogin {
    var session: Session
    let tokens: SessionTokens
    let provider: Text
    let returnTarget: Text
}

extension Visit {
    /// The login of a user whom the provider has identified, if the rules admit them. `account`: filled in as soon as it is
    /// known who signs in.
    func finishedLogin(
        of user: TokenExchange.Outcome, at provider: Provider, returnTarget: Text, _ account: inout RefusedAccount,
        _ context: FlowContext
    ) throws(Failure) -> FinishedLogin {
        account.userInLog = application.settings.logIdentity.user(user.claims, context.secrets)
        if let refusal = provider.settings.authorizationRules.refusal(of: user.claims) {
            account.setName(user.claims, context.secrets)
            if session == nil { account.setLogout(at: provider, application.site) }
            throw Failure(.userNotAllowed, refusal)
        }
        return FinishedLogin(
            session: try application.sessionWriter.session(
                of: user.claims, at: provider.settings, fingerprint: provider.fingerprint, context.now),
            tokens: try application.sessionWriter.tokensToKeep(
                ReceivedTokens(
                    user.response, idToken: user.idToken, proofKey: user.proofKey, statements: user.statements,
                    time: context.now.seconds),
                at: provider.settings, endSessionEndpoint: user.endSessionEndpoint),
            provider: provider.name, returnTarget: returnTarget)
    }

    /// The end of a login that succeeded: its session is stored. `endedLogin`: the name of the cookie that `others` removes.
    func end(
        _ login: FinishedLogin, endedLogin: Text = "", beside others: [HTTPHeader] = [], _ account: RefusedAccount,
        _ context: FlowContext
    ) throws(Failure) -> Answer {
        let storage = try LoginStorage(visit: self, login: login, endedLogin: endedLogin, context: context)
        let offer =
            try application.deviceBinding?.offer(
                of: storage.login.session, context.now, random: context.random) ?? []
        var answer = try storage.answer(beside: others + offer)
        answer.pendingHeaders = (answer.pendingHeaders ?? []) + offer
        context.report(.loginSucceeded(provider: login.provider, user: account.userInLog))
        return answer
    }
}
