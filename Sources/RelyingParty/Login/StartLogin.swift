import Basics
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
        provider name: Text?, returnTarget: Text, loginHint: Text? = nil, in browser: BrowserState, now: Now
    ) throws(Failure) -> StartedLogin {
        let provider = try provider(named: name)
        let transaction = try LoginTransaction(
            for: provider, returnTarget: returnTarget, now: now, random: environment.random)
        let secrets = SentSecrets(of: transaction, at: provider)
        do throws(Failure) {
            return try start(transaction, at: provider, loginHint: loginHint, in: browser, now, secrets)
        } catch {
            throw secrets.hide(in: error)
        }
    }

    private func start(
        _ transaction: LoginTransaction, at provider: Provider, loginHint: Text?, in browser: BrowserState, _ now: Now,
        _ secrets: SentSecrets
    ) throws(Failure) -> StartedLogin {
        let metadata = try fetching(from: provider, hiding: secrets) { () throws(Failure) in
            try provider.metadata(now: now)
        }
        let request = try AuthorizationRequest(
            client: provider.client, parameters: provider.settings.authorizationParameters(loginHint: loginHint),
            state: transaction.state,
            nonce: provider.settings.oauth2 == nil ? transaction.nonce : nil, codeVerifier: transaction.codeVerifier)
        let location = try location(of: request, at: provider, metadata, now, noting: secrets)
        let headers = try headers(toStore: transaction, in: browser, location: location)
        log(Event("login_started", provider: provider.name))
        return StartedLogin(location: location, headers: headers)
    }

    /// Logs a failure of the provider's, which operators want to see apart from the login that it fails.
    func fetching<Result>(
        from provider: Provider, hiding secrets: SentSecrets, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            let failure = secrets.hide(in: error)
            log(Event("provider_fetch_failed", failure, provider: provider.name))
            throw failure
        }
    }
}

extension SentSecrets {
    /// Of a login: what is known before anything was sent.
    convenience init(of transaction: LoginTransaction, at provider: Provider) {
        self.init()
        add(provider.client)
        for secret in [transaction.state, transaction.nonce, transaction.codeVerifier.text] { add(secret) }
    }
}

extension ProviderSettings {
    /// With the login_hint of one login in place of any that is configured.
    func authorizationParameters(loginHint: Text?) -> [FormEncoding.Field] {
        guard let loginHint else { return authorizationParameters }
        return authorizationParameters.filter { $0.name != "login_hint" } + [.init("login_hint", loginHint)]
    }
}
