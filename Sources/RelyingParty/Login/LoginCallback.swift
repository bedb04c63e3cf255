import Basics
import Cookies
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// The end of a login: answers the provider's response (OIDC Core 3.1.2.5). Finds its login and completes it. A login that
/// was found is over afterwards, whatever the outcome.
struct LoginCallback {
    let visit: Visit
    let message: CallbackMessage

    var application: Application { visit.application }

    init(visit: Visit) {
        self.visit = visit
        message = CallbackMessage(visit.incoming)
    }

    func run(_ context: FlowContext) -> Answer {
        let found: (transaction: LoginTransaction, cookieName: Text)
        do throws(Failure) {
            found = try findLogin()
        } catch {
            return wayOn(after: error, of: nil, context)
                ?? visit.refusal(error, .loginRefused(error, provider: nil), context)
        }
        let transaction = found.transaction
        let removal = application.pendingLogins.removing(found.cookieName, of: transaction)
        var answer: Answer
        var account = RefusedAccount()
        do throws(Failure) {
            let login = try finish(transaction, &account, context)
            answer = try visit.end(
                login, endedLogin: found.cookieName, beside: [removal], account, context)
        } catch {
            answer =
                wayOn(after: error, of: transaction, context) ?? refusal(error, of: transaction, account, context)
        }
        answer.pendingHeaders = (answer.pendingHeaders ?? []) + [removal]
        return answer
    }

    /// The page that explains it; or the login begins again, if that is what the provider asks for and did not ask before.
    private func refusal(
        _ failure: Failure, of transaction: LoginTransaction, _ account: RefusedAccount, _ context: FlowContext
    ) -> Answer {
        let event = Event.loginRefused(failure, provider: transaction.provider, user: account.userInLog)
        guard failure.asksToBeginAgain, !transaction.isRepeated else {
            return visit.refusal(
                failure, event, provider: transaction.provider, returnTarget: transaction.returnTarget,
                account: account, context)
        }
        context.report(event)
        do throws(Failure) {
            return try LoginStart(
                visit: visit, provider: transaction.provider, returnTarget: transaction.returnTarget,
                options: LoginOptions(maxAge: transaction.maxAge), isRepeated: true
            ).run(context)
        } catch {
            return visit.refusal(
                error, .loginRefused(error, provider: transaction.provider), provider: transaction.provider,
                returnTarget: transaction.returnTarget, context)
        }
    }

    private func findLogin() throws(Failure) -> (transaction: LoginTransaction, cookieName: Text) {
        let state = try AuthorizationResponse.state(in: message.parameters())
        guard let found = try application.pendingLogins.find(state: state, in: visit.incoming.cookies) else {
            throw Failure(.stateMismatch, "no login of this browser has the response's state")
        }
        return found
    }

    /// `account`: filled in as soon as it is known who signs in.
    private func finish(
        _ transaction: LoginTransaction, _ account: inout RefusedAccount, _ context: FlowContext
    ) throws(Failure) -> FinishedLogin {
        let provider = try provider(of: transaction, context)
        try message.validate(provider.client.redirectURI)
        context.secrets.add(transaction, at: provider)
        do throws(Failure) {
            return try finish(transaction, at: provider, &account, context)
        } catch {
            throw context.secrets.hide(in: error)
        }
    }

    private func finish(
        _ transaction: LoginTransaction, at provider: Provider, _ account: inout RefusedAccount, _ context: FlowContext
    ) throws(Failure) -> FinishedLogin {
        let metadata = try provider.metadata(context)
        let code = try authorizationResponse(provider, metadata, context).validate(
            metadata: metadata, requiresIssuer: provider.client.authorization.requiresResponseIssuer)
        context.secrets.add(code)
        let user = try provider.redeem(
            .authorizationCode(code, of: provider.client, transaction.codeVerifier), metadata,
            nonce: transaction.nonce, maxAge: transaction.maxAge, context)
        return try visit.finishedLogin(
            of: user, at: provider, returnTarget: transaction.returnTarget, &account, context)
    }

    /// The provider that the login began with, if the login may still continue.
    private func provider(of transaction: LoginTransaction, _ context: FlowContext) throws(Failure) -> Provider {
        guard !transaction.isExpired(context.now) else {
            throw Failure(.loginExpired, "the login took longer than \(LoginTransaction.lifetime / 60) minutes")
        }
        try context.once { () throws(Failure) in try end(transaction, context) }
        let provider = try application.providers.named(transaction.provider)
        guard provider.fingerprint == transaction.providerFingerprint else {
            throw Failure(.stateMismatch, "the provider's configuration has changed since the login began")
        }
        return provider
    }

    /// Marks the login as ended, so it is not answered again.
    private func end(_ transaction: LoginTransaction, _ context: FlowContext) throws(Failure) {
        let (mark, isFull) = try application.endedLogins.end(
            state: transaction.state, expiry: transaction.expiry, now: context.now.seconds)
        if isFull { context.report(.endedLoginsForgotten) }
        switch mark {
        case .first: break
        case .repeated: throw Failure(.loginReplayed, "the provider's response was already used")
        case .forgotten:
            throw Failure(.loginExpired, "too many recent logins: one this old is no longer accepted")
        }
    }
}

extension Failure {
    /// Keycloak's way to say that the user took too long, or has signed in elsewhere meanwhile: the next attempt works.
    fileprivate var asksToBeginAgain: Bool {
        code == .providerUnavailable && providerDescription == "authentication_expired"
    }
}
