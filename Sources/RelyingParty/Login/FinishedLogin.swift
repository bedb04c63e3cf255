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
        of user: TokenExchange.Outcome, at provider: Provider, _ metadata: ProviderMetadata, returnTarget: Text,
        _ account: inout RefusedAccount, _ context: FlowContext
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
                at: provider.settings, endSessionEndpoint: metadata.endSessionEndpoint),
            provider: provider.name, returnTarget: returnTarget)
    }
}
