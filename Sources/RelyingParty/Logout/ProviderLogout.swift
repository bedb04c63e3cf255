import Basics
import Cookies
import Cryptography
import Environment
import JSON
import OpenIDConnect
import Provider
import Session
import Settings

/// A prepared logout at the provider: where to send the browser, and what to store in it.
struct StartedLogout {
    let location: Text
    let headers: [HTTPHeader]
}

/// Records that this browser is at a provider to sign out, so its return is not taken for a login. A cookie with the state.
struct PendingLogout {
    /// Seconds that a user has to complete it.
    private static let lifetime: Int64 = 15 * 60

    private let jar: CookieJar
    private let name: Text

    init(jar: CookieJar) {
        self.jar = jar
        name = jar.name("logout")
    }

    func header(toStore state: Text) -> HTTPHeader {
        jar.storing(state, as: name, lifetime: Self.lifetime)
    }

    /// Bytes that it takes in this request.
    func length(in cookies: CookieHeader) -> Int { cookies.length(withPrefix: name) }

    var removal: HTTPHeader { jar.removing(name) }

    /// The states of this browser's pending logouts, possibly none.
    func states(in cookies: CookieHeader) -> [ArraySlice<UInt8>] { cookies.values(of: name) }
}

extension Logout {
    /// The longest login_hint claim that is returned: an e-mail address in most cases.
    private static let longestLogoutHint = 512

    /// How to end the session at its provider too; nil if it ends only here. Never waits for the network: a logout must not
    /// hang because a provider does, so only data from the login or the cache is used. `others`: the response's other
    /// headers.
    func startAtProvider(beside others: [HTTPHeader], _ context: FlowContext) -> StartedLogout? {
        guard let session = visit.session else { return startWithoutSession(beside: others, context) }
        guard let provider = visit.application.providers.provider(of: session), provider.settings.logout.isAtProvider
        else { return nil }
        let tokens = visit.application.sessionReader.tokens(of: session, in: visit.incoming.cookies)
        guard let endpoint = endSessionEndpoint(of: provider, tokens) else { return nil }
        return start(
            at: provider, endpoint, idToken: tokens?.idToken, hint: logoutHint(of: session), beside: others, context)
    }

    /// At the provider of a refused login, which has signed the user in all the same.
    private func startWithoutSession(beside others: [HTTPHeader], _ context: FlowContext) -> StartedLogout? {
        guard let provider = visit.application.providers.all.first(where: { $0.name == provider }),
            let endpoint = Self.endSessionEndpointWithoutSession(of: provider)
        else { return nil }
        return start(at: provider, endpoint, idToken: nil, hint: nil, beside: others, context)
    }

    /// Where that is possible. Okta signs out nobody without an ID token.
    static func endSessionEndpointWithoutSession(of provider: Provider) -> AbsoluteURL? {
        let logout = provider.settings.logout
        return logout.isAtProvider && logout.style != .okta ? provider.cachedMetadata?.endSessionEndpoint : nil
    }

    private func start(
        at provider: Provider, _ endpoint: AbsoluteURL, idToken: Text?, hint logoutHint: Text?,
        beside others: [HTTPHeader], _ context: FlowContext
    ) -> StartedLogout? {
        let application = visit.application
        let style = provider.settings.logout.style
        do throws(Failure) {
            let state = Base64URL.encode(try context.random.bytes(32))
            let chosen = provider.settings.logout.postLogoutRedirectURI
            let address = chosen ?? provider.client.redirectURI
            // No native program waits for the browser's return.
            let isNative = visit.incoming.isNative
            let logout = { (idToken: Text?) in
                let request = EndSessionRequest(
                    client: provider.client, style: style, idTokenHint: idToken,
                    logoutHint: logoutHint, postLogoutRedirectURI: address.text, state: state,
                    returns: !isNative || chosen != nil)
                return StartedLogout(
                    location: request.url(at: endpoint),
                    headers: !isNative && application.site.isCallback(address)
                        ? [application.pendingLogout.header(toStore: state)] : [])
            }
            let hint = idToken.flatMap { EndSessionRequest.mayHint(with: $0) ? $0 : nil }
            if let hint {
                let whole = logout(hint)
                let response =
                    OutgoingResponse.redirect(to: whole.location, after: "POST").headers + whole.headers + others
                if HeaderBudget.length(of: response) <= HeaderBudget.response { return whole }
            }
            if hint != nil || style == .okta { context.report(.logoutHintDropped(provider: provider.name)) }
            return style == .okta ? nil : logout(nil)
        } catch {
            context.report(.providerLogoutFailed(error, provider: provider.name))
            return nil
        }
    }

    private func endSessionEndpoint(of provider: Provider, _ tokens: SessionTokens?) -> AbsoluteURL? {
        if let metadata = provider.cachedMetadata { return metadata.endSessionEndpoint }
        return tokens?.endSessionEndpoint.flatMap { AbsoluteURL($0) }
    }

    /// Microsoft's claim for this purpose: with it, a user with several accounts there is not asked which one to sign out.
    private func logoutHint(of session: Session) -> Text? {
        guard let hint = JSONObject(parsing: session.userJSON.bytes)?["login_hint"]?.text,
            (1...Self.longestLogoutHint).contains(hint.count)
        else { return nil }
        return hint
    }
}
