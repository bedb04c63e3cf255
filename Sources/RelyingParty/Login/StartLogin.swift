import Basics
import Cookies
import OpenIDConnect
import Settings

/// A login that has been prepared: where to send the browser, and what to store in it.
struct StartedLogin {
    let location: Text
    let headers: [HTTPHeader]
}

extension Application {
    /// Begins a login: the provider's metadata, a transaction, the authorization request.
    func startLogin(
        provider name: Text?, returnTarget: Text, loginHint: Text? = nil, cookies: CookieHeader, now: Now
    ) throws(Failure) -> StartedLogin {
        let provider = try provider(named: name)
        let metadata = try fetching(from: provider) { () throws(Failure) in try provider.metadata(now: now) }
        let transaction = try LoginTransaction(
            for: provider, returnTarget: returnTarget, now: now, random: environment.random)
        let request = try AuthorizationRequest(
            client: provider.client, parameters: provider.settings.authorizationParameters(loginHint: loginHint),
            state: transaction.state,
            nonce: provider.settings.oauth2 == nil ? transaction.nonce : nil, codeVerifier: transaction.codeVerifier)
        let headers = try pendingLogins.headers(toAdd: transaction, to: cookies, random: environment.random)
        let location = try location(of: request, at: provider, metadata, now)
        log(Event("login_started", provider: provider.name))
        return StartedLogin(location: location, headers: headers)
    }

    /// Logs a failure of the provider's, which operators want to see apart from the login that it fails.
    func fetching<Result>(
        from provider: Provider, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            log(Event("provider_fetch_failed", error, provider: provider.name))
            throw error
        }
    }
}

extension ProviderSettings {
    /// With the login_hint of one login in place of any that is configured.
    func authorizationParameters(loginHint: Text?) -> [FormEncoding.Field] {
        guard let loginHint else { return authorizationParameters }
        return authorizationParameters.filter { $0.name != "login_hint" } + [.init("login_hint", loginHint)]
    }
}
