import Basics
import Environment
import OpenIDConnect
import Provider
import Settings

/// The start of a login, from the provider's name to the redirect (OIDC Core 3.1.2.1): the provider's metadata, a
/// transaction, the authorization request.
struct LoginStart {
    let visit: Visit
    /// Nil for the default provider, or the only one.
    let provider: Text?
    let returnTarget: Text
    let options: LoginOptions
    /// Whether the provider asked for it in its response to the login before.
    var isRepeated = false

    func run(_ context: FlowContext) throws(Failure) -> Answer {
        // At a callback, the cookie has shown that the browser is in the right place.
        if !isRepeated, let way = visit.wayToSite(provider: provider, returnTarget: returnTarget, context) {
            return way
        }
        let provider = try visit.application.providers.named(provider)
        let transaction = try LoginTransaction(
            for: provider, returnTarget: returnTarget, maxAge: options.maxAge(at: provider),
            isRepeated: isRepeated, now: context.now, random: context.random)
        context.secrets.add(transaction, at: provider)
        do throws(Failure) {
            return try start(transaction, at: provider, context)
        } catch {
            throw context.secrets.hide(in: error)
        }
    }

    private func start(
        _ transaction: LoginTransaction, at provider: Provider, _ context: FlowContext
    ) throws(Failure) -> Answer {
        let metadata = try provider.metadata(context)
        var parameters = options.parameters(at: provider, maxAge: transaction.maxAge)
        if provider.settings.promptIsDefault, !metadata.unlisted.isEmpty {
            let unlisted = metadata.unlisted.values(of: "prompt_values_supported")
            parameters.removeAll { $0.name == "prompt" && unlisted.contains($0.value) }
        }
        if options.wantsOtherAccount, provider.settings.oauth2 == nil { Self.askForAccount(&parameters) }
        let request = try AuthorizationRequest(
            provider.authorizationTemplate, parameters: parameters, state: transaction.state,
            nonce: provider.settings.oauth2 == nil ? transaction.nonce : nil, codeVerifier: transaction.codeVerifier)
        let location = try AuthorizationRequestDelivery(request: request, provider: provider, metadata: metadata)
            .location(context)
        let response = OutgoingResponse.redirect(to: location, after: visit.incoming.method)
        var answer = Answer(response)
        answer.pendingHeaders = try PendingLoginStorage(
            visit: visit, transaction: transaction, response: response
        ).headers(context)
        context.report(.loginStarted(provider: provider.name))
        return answer
    }

    /// Without a prompt, a provider returns the account that is signed in there. Every provider knows "login" (OIDC Core
    /// 15.1); not every one knows "select_account".
    private static func askForAccount(_ parameters: inout [FormEncoding.Field]) {
        let words = parameters.values(of: "prompt").flatMap { $0.split(at: " ") }
        guard !words.contains("select_account"), !words.contains("login") else { return }
        parameters.removeAll { $0.name == "prompt" }
        let kept = words.filter { !$0.isEmpty && $0 != "none" }
        parameters.append(.init("prompt", (["login"] + kept).joined(with: " ")))
    }
}

extension SentSecrets {
    /// The parts of a login that are known before anything is sent.
    func add(_ transaction: LoginTransaction, at provider: Provider) {
        add(provider.client)
        add(transaction.state)
        add(transaction.nonce)
        add(transaction.codeVerifier.text)
    }
}
