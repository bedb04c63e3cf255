import Basics
import Cookies
import Cryptography
import JSON
import OpenIDConnect
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
    func finishLogin(_ message: CallbackMessage, cookies: CookieHeader, now: Now) -> LoginOutcome {
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
            result: complete(found.transaction, message, now: now),
            provider: found.transaction.provider,
            returnTarget: found.transaction.returnTarget,
            cookieName: found.cookieName,
            headers: [pendingLogins.removing(found.cookieName, of: found.transaction)])
    }

    private func complete(
        _ transaction: LoginTransaction, _ message: CallbackMessage, now: Now
    ) -> Result<FinishedLogin, Failure> {
        do throws(Failure) {
            let provider = try provider(of: transaction, now: now)
            try message.validate(provider.client.redirectURI)
            let secrets = SentSecrets(of: transaction, at: provider)
            do throws(Failure) {
                return .success(try complete(transaction, at: provider, message, now, noting: secrets))
            } catch {
                throw secrets.hide(in: error)
            }
        } catch {
            return .failure(error)
        }
    }

    private func complete(
        _ transaction: LoginTransaction, at provider: Provider, _ message: CallbackMessage, _ now: Now,
        noting secrets: SentSecrets
    ) throws(Failure) -> FinishedLogin {
        let metadata = try fetching(from: provider, hiding: secrets) { () throws(Failure) in
            try provider.metadata(now: now)
        }
        let code = try authorizationResponse(message, provider, metadata, now, hiding: secrets).validate(
            metadata: metadata, requiresIssuer: provider.client.authorization.requiresResponseIssuer)
        secrets.add(code)
        let exchange = try CodeExchange(self, provider, metadata, transaction, now: now, noting: secrets)
        let (claims, tokens) = try exchange.claims(for: code)
        if let refusal = provider.settings.authorizationRules.refusal(of: claims) {
            throw Failure(.userNotAllowed, refusal)
        }
        let session = try makeSession(claims, provider, now)
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
        if isFull { log(Event("ended_logins_forgotten", level: .warning)) }
        switch mark {
        case .first: break
        case .repeated: throw Failure(.loginReplayed, "the provider's response was already used")
        case .forgotten:
            throw Failure(.loginExpired, "so many logins ended lately that one this old is no longer taken")
        }
    }

    private func makeSession(_ claims: JSONObject, _ provider: Provider, _ now: Now) throws(Failure) -> Session {
        Session(
            id: try Session.ID(random: environment.random), created: now.seconds,
            expiry: now.seconds + settings.sessionLifetime,
            providerFingerprint: provider.fingerprint,
            userJSON: try UserJSON.signedIn(
                provider: provider.name, claims: claims, kept: settings.sessionClaims,
                isOAuth2: provider.settings.oauth2 != nil, needed: neededClaims(provider.settings),
                reserved: sessionCookie.reservedClaims))
    }

    /// Streamlit's cookie is judged by its claims at each request, so it must have those that are looked at.
    private func neededClaims(_ provider: ProviderSettings) -> [Text] {
        settings.streamlitCookie == nil ? [] : provider.claimsLookedAt
    }
}
