import Basics
import Environment
import OpenIDConnect
import Provider
import Settings

/// A login that has been prepared: where to send the browser, and what to store in it.
struct StartedLogin {
    let location: Text
    let headers: [HTTPHeader]
}

extension Application {
    /// Begins a login: the provider's metadata, a transaction, the authorization request.
    func startLogin(
        provider name: Text?, returnTarget: Text, loginHint: Text? = nil, in browser: BrowserState,
        _ context: FlowContext
    ) throws(Failure) -> StartedLogin {
        let provider = try provider(named: name)
        let transaction = try LoginTransaction(
            for: provider, returnTarget: returnTarget, now: context.now, random: context.random)
        context.secrets.add(transaction, at: provider)
        do throws(Failure) {
            return try start(transaction, at: provider, loginHint: loginHint, in: browser, context)
        } catch {
            throw context.secrets.hide(in: error)
        }
    }

    private func start(
        _ transaction: LoginTransaction, at provider: Provider, loginHint: Text?, in browser: BrowserState,
        _ context: FlowContext
    ) throws(Failure) -> StartedLogin {
        let metadata = try provider.metadata(context)
        let request = try AuthorizationRequest(
            client: provider.client, parameters: provider.settings.authorizationParameters(loginHint: loginHint),
            state: transaction.state,
            nonce: provider.settings.oauth2 == nil ? transaction.nonce : nil, codeVerifier: transaction.codeVerifier)
        let location = try location(of: request, at: provider, metadata, context)
        let headers = try headers(toStore: transaction, in: browser, location: location)
        context.report(.loginStarted(provider: provider.name))
        return StartedLogin(location: location, headers: headers)
    }
}

extension SentSecrets {
    /// Of a login: what is known before anything was sent.
    func add(_ transaction: LoginTransaction, at provider: Provider) {
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
