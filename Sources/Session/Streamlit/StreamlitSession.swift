import Basics
import Cookies
import JOSE
import JSON
import OpenIDConnect
import Settings

/// A session in the identity cookie of Streamlit's st.login, so each program reads what the other has written.
///
/// The cookie contains the claims as JSON, including `origin`, `is_logged_in` and `provider`. Its only time is that of its
/// signature. A second cookie contains the tokens; Streamlit writes it, and this library only reads it.
final class StreamlitSession: Sendable {
    /// The prefix of all its cookies' names.
    static var namePrefix: Text { "_streamlit_user" }
    /// The size that stauth.h promises for st_user_from_cookie().
    static let longestUserJSON = 64 * 1024

    private let user: StreamlitCookie
    private let tokens: StreamlitCookie
    private let jar: CookieJar
    /// For cookies that an application at the root, or an older Streamlit, stored there; nil if ours are there.
    private let rootJar: CookieJar?
    private let format: StreamlitCookieSettings
    private let lifetime: Int64
    private let keptClaims: [Text]?
    private let providers: [ProviderSettings]
    /// Of the providers, in their order.
    private let fingerprints: [UInt64]

    init(_ settings: Settings, _ format: StreamlitCookieSettings, fingerprints: [UInt64]) {
        let signer = TimedSigner(secrets: settings.cookieSecrets)
        user = StreamlitCookie(name: Self.namePrefix, signer: signer)
        tokens = StreamlitCookie(name: "_streamlit_user_tokens", signer: signer)
        let isSecure = settings.site.isSecure
        let isAtRoot = settings.basePath.isEmpty
        jar = CookieJar(path: isAtRoot ? "/" : settings.basePath, isSecure: isSecure)
        rootJar = isAtRoot ? nil : CookieJar(path: "/", isSecure: isSecure)
        self.format = format
        lifetime = settings.sessionLifetime
        keptClaims = settings.sessionClaims
        providers = settings.providers
        self.fingerprints = fingerprints
    }

    // MARK: - Reading

    func open(_ cookies: CookieHeader) -> Session? {
        guard let signed = user.verify(cookies), let claims = JSONObject(parsing: signed.text.bytes),
            claims[ReservedClaims.isLoggedIn] == .bool(true),
            claims[ReservedClaims.origin] == .string(format.origin),
            let name = claims[ReservedClaims.provider]?.text,
            let index = providers.firstIndex(where: { $0.name == name }),
            providers[index].lets(in: claims, signedInAt: signed.time),
            let limit = limit(of: claims, at: providers[index])
        else { return nil }
        let json = try? UserJSON.signedIn(
            provider: name, claims: claims, kept: keptClaims, isOAuth2: providers[index].oauth2 != nil,
            reserved: [ReservedClaims.origin, ReservedClaims.tokens],
            tokens: readTokens(cookies, of: claims, time: signed.time))
        guard let json, json.count <= Self.longestUserJSON else { return nil }
        return Session(
            id: nil, created: signed.time, expiry: min(signed.time + lifetime, limit),
            providerFingerprint: fingerprints[index], keys: nil, userJSON: json)
    }

    /// When the provider ends the session; nil if that is not to be understood.
    private func limit(of claims: JSONObject, at provider: ProviderSettings) -> Int64? {
        guard provider.oauth2 == nil else { return .max }
        do throws(Failure) { return try SessionExpiry.read(claims) ?? .max } catch { return nil }
    }

    /// The tokens to show, if they are from the same login as the claims. Nothing binds Streamlit's two cookies; but the
    /// claims are those of its ID token, so the ID token can be recognised.
    private func readTokens(_ cookies: CookieHeader, of claims: JSONObject, time: Int64) -> JSONObject? {
        guard !format.exposedTokens.isEmpty, let signed = tokens.verify(cookies),
            abs(signed.time - time) <= StreamlitCookie.longestWriting,
            let stored = JSONObject(parsing: signed.text.bytes),
            let payload = stored["id_token"]?.text.flatMap({ JWS($0) })?.payload,
            claims["iss"]?.text != nil, claims["sub"]?.text != nil,
            (["iss", "sub", "aud", "iat", "nonce"] as [Text]).allSatisfy({ payload[$0] == claims[$0] })
        else { return nil }
        var shown = JSONObject()
        for kind in format.exposedTokens {
            if let token = stored["\(kind.name)_token"]?.text { shown[kind.name] = .string(token) }
        }
        return shown.members.isEmpty ? nil : shown
    }

    // MARK: - Writing

    /// Also removes tokens: those of another login.
    func headers(
        toStore session: Session, lifetime: Int64, over cookies: CookieHeader
    ) throws(Failure) -> [HTTPHeader] {
        var claims = JSONObject(parsing: session.userJSON.bytes)
        claims?[ReservedClaims.origin] = .string(format.origin)
        guard let text = claims?.encoded() else { throw Failure(.internalError, "a session could not be written") }
        let written = try user.sign(text, time: session.created, jar: jar)
        let names = written.map { $0.name }
        return written.map { jar.storing($0.value, as: $0.name, lifetime: lifetime) }
            + headers(toRemoveFrom: cookies, but: names)
    }

    func headers(toRemoveFrom cookies: CookieHeader) -> [HTTPHeader] {
        headers(toRemoveFrom: cookies, but: [])
    }

    /// Removes the cookies that the browser sent, wherever they are stored, except `kept` at our own path.
    private func headers(toRemoveFrom cookies: CookieHeader, but kept: [Text]) -> [HTTPHeader] {
        let sent = (user.allNames + tokens.allNames).filter(cookies.contains)
        return sent.filter { !kept.contains($0) }.map(jar.removing) + (rootJar.map { sent.map($0.removing) } ?? [])
    }
}

extension ProviderSettings {
    /// Whether the user with these claims could sign in now: Streamlit, or an earlier version of the settings, may have
    /// required less. Missing claims are refused. `signedInAt`: when the cookie was signed.
    fileprivate func lets(in claims: JSONObject, signedInAt time: Int64) -> Bool {
        guard authorizationRules.refusal(of: claims) == nil else { return false }
        // A plain OAuth 2.0 server does not identify itself: iss is our name for it.
        guard oauth2 == nil else { return claims["iss"] == .string(issuer) }
        let stated = claims["iss"]?.text ?? ""
        let validation = ClaimsValidation(
            client: client, issuer: isIssuer(stated) ? stated : issuer, maxAge: maxAge, now: time)
        do throws(Failure) {
            try validation.validateStored(claims)
            return true
        } catch {
            return false
        }
    }

    /// The claims by which a stored user is judged, apart from iss and sub, which are always kept.
    var claimsLookedAt: [Text] {
        var names = authorizationRules.claimNames
        if oauth2 == nil { names += [UserJSON.authenticationTime, SessionExpiry.claim] }
        if TenantIssuer.isTemplate(issuer) { names.append("tid") }
        if !client.authorization.requiredContexts.isEmpty { names.append("acr") }
        return names
    }
}
