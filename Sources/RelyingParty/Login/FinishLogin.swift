import Basics
import Cookies
import Cryptography
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// A login that succeeded.
struct FinishedLogin {
    let session: Session
    let tokens: SessionTokens
    let returnTarget: Text
}

/// How a callback ended, and what is known of the login it belongs to, whether it succeeded or not.
struct LoginOutcome {
    let result: Result<FinishedLogin, Failure>
    var provider: Text?
    var returnTarget: Text?
    /// The cookie of the login, if the callback was about one of this browser, and the header that removes it.
    var cookieName: Text?
    var headers: [HTTPHeader] = []
}

extension Application {
    /// Answers the provider's response: finds the login that it belongs to and carries it to its end. A login that was
    /// found is over afterwards, however that end is.
    func finishLogin(_ message: CallbackMessage, cookies: CookieHeader, _ context: FlowContext) -> LoginOutcome {
        let found: (transaction: LoginTransaction, cookieName: Text)
        do throws(Failure) {
            let state = try AuthorizationResponse.state(in: message.parameters())
            guard let match = try pendingLogins.find(state: state, in: cookies) else {
                throw Failure(.stateMismatch, "no login of this browser has the response's state")
            }
            found = match
        } catch {
            return LoginOutcome(result: .failure(error))
        }
        return LoginOutcome(
            result: complete(found.transaction, message, context),
            provider: found.transaction.provider,
            returnTarget: found.transaction.returnTarget,
            cookieName: found.cookieName,
            headers: [pendingLogins.removing(found.cookieName, of: found.transaction)])
    }

    private func complete(
        _ transaction: LoginTransaction, _ message: CallbackMessage, _ context: FlowContext
    ) -> Result<FinishedLogin, Failure> {
        do throws(Failure) {
            let provider = try provider(of: transaction, now: context.now)
            try message.validate(provider.client.redirectURI)
            context.secrets.add(transaction, at: provider)
            do throws(Failure) {
                return .success(try complete(transaction, at: provider, message, context))
            } catch {
                throw context.secrets.hide(in: error)
            }
        } catch {
            return .failure(error)
        }
    }

    private func complete(
        _ transaction: LoginTransaction, at provider: Provider, _ message: CallbackMessage, _ context: FlowContext
    ) throws(Failure) -> FinishedLogin {
        let metadata = try provider.metadata(context)
        let code = try authorizationResponse(message, provider, metadata, context).validate(
            metadata: metadata, requiresIssuer: provider.client.authorization.requiresResponseIssuer)
        context.secrets.add(code)
        let user = try CodeExchange(
            provider, metadata, codeVerifier: transaction.codeVerifier, nonce: transaction.nonce, context
        ).redeem(code)
        if let refusal = provider.settings.authorizationRules.refusal(of: user.claims) {
            throw Failure(.userNotAllowed, refusal)
        }
        let session = try sessionWriter.session(
            of: user.claims, at: provider.settings, fingerprint: provider.fingerprint, context.now)
        let tokens = sessionWriter.tokensToKeep(
            idToken: user.idToken, accessToken: user.accessToken, at: provider.settings,
            endSessionEndpoint: metadata.endSessionEndpoint)
        return FinishedLogin(session: session, tokens: tokens, returnTarget: transaction.returnTarget)
    }

    /// The provider that the login was begun with, if the login may still go on.
    private func provider(of transaction: LoginTransaction, now: Now) throws(Failure) -> Provider {
        guard !transaction.isExpired(now) else {
            throw Failure(.loginExpired, "the login took longer than \(LoginTransaction.lifetime / 60) minutes")
        }
        try end(transaction, now)
        let provider = try provider(named: transaction.provider)
        guard provider.fingerprint == transaction.providerFingerprint else {
            throw Failure(.stateMismatch, "the provider's configuration has changed since the login began")
        }
        return provider
    }

    /// Marks the login as ended, so that nobody answers it again.
    private func end(_ transaction: LoginTransaction, _ now: Now) throws(Failure) {
        let (mark, isFull) = try endedLogins.end(
            state: transaction.state, expiry: transaction.expiry, now: now.seconds)
        if isFull { environment.report(.endedLoginsForgotten) }
        switch mark {
        case .first: break
        case .repeated: throw Failure(.loginReplayed, "the provider's response was already used")
        case .forgotten:
            throw Failure(.loginExpired, "so many logins ended lately that one this old is no longer taken")
        }
    }
}
