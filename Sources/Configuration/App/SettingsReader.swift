import Basics
import OpenIDConnect
import Settings

/// Reads the [auth] table as a whole.
struct SettingsReader {
    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil if a required key is missing or wrong, which was then reported.
    func read() -> Settings? {
        reportUnknownKeys()
        let redirect = RedirectReader(section).read()
        let secrets = CookieSecretsReader(section).read()
        let lifetime = SessionDurationsReader(section).read()
        let prefix = cookiePrefix()
        let (claims, tokens) = (section.texts("session_claims"), exposedTokens())
        let openPaths = OpenPathsReader(section).read()
        let appearance = AppearanceReader(section).read()
        let streamlitCookie = CookieFormatReader(
            section,
            .init(site: redirect?.site, sessionLifetime: lifetime.lifetime, exposedTokens: tokens)
        ).read()
        let providers = ProviderListReader(section, redirect).read()
        if streamlitCookie == nil { reportUselessTokens(tokens, of: providers) }
        if lifetime.endsWithIDToken { reportMissingIDTokens(of: providers) }
        redirect?.reportCollisions(with: providers)
        guard let redirect, let secrets, let prefix else { return nil }
        var settings = Settings(
            site: redirect.site, basePath: redirect.basePath, loginPath: redirect.loginPath,
            logoutPath: redirect.logoutPath, cookiePrefix: prefix, cookieSecrets: secrets, providers: providers)
        settings.sessionPath = redirect.sessionPath
        settings.streamlitCookie = streamlitCookie
        settings.endsWithIDToken = lifetime.endsWithIDToken
        settings.deviceBinding = DeviceBindingReader(section).read()
        settings.sessionLifetime = lifetime.lifetime
        settings.idleTimeout = lifetime.idleTimeout
        let store = SessionStoreReader(section)
        settings.storeTimeout = store.readTimeout()
        settings.store = store.read(prefix: prefix, timeout: settings.storeTimeout)
        settings.fallsBackToCookies = store.readFallback()
        settings.sessionClaims = claims
        settings.exposedTokens = tokens
        settings.claimsLifetime = lifetime.claimsLifetime
        settings.openPaths = openPaths
        readSwitches(into: &settings)
        settings.appearance = appearance
        settings.logIdentity = logIdentity()
        return settings
    }

    private func readSwitches(into settings: inout Settings) {
        settings.isSessionForBrowser = section.boolean("browser_session") ?? false
        settings.offersLogoutEverywhere = section.boolean("logout_everywhere") ?? false
    }

    /// A key is known, or a table that describes a provider, or a mistake.
    private func reportUnknownKeys() {
        for entry in section.entries where !ConfigurationKeys.all.contains(entry.key) {
            if case .table = entry.value, !entry.value.isReference { continue }
            section.reportUnknown(entry.key, known: ConfigurationKeys.all)
        }
    }

    private func reportUselessTokens(_ tokens: [TokenKind], of providers: [ProviderSettings]) {
        guard tokens.contains(.access), providers.contains(where: { $0.client.tokens.bindsAccessTokens }) else {
            return
        }
        section.report(
            "expose_tokens",
            "access tokens are useless to the app with dpop_bound_access_tokens: their key stays in the library")
    }

    private func reportMissingIDTokens(of providers: [ProviderSettings]) {
        guard providers.contains(where: { $0.oauth2 != nil }) else { return }
        section.report(
            "session_ends_with_id_token",
            "is only for OpenID Connect: servers with plain OAuth 2.0 send no ID token")
    }

    private func cookiePrefix() -> Text? {
        guard section.has("cookie_prefix") else { return "stauth" }
        guard let prefix = section.text("cookie_prefix") else { return nil }
        let isAllowed = { (byte: UInt8) in FormEncoding.isUnreserved(byte) && byte != 0x2E && byte != 0x7E }
        guard (1...32).contains(prefix.count), prefix.bytes.allSatisfy(isAllowed), !prefix.hasPrefix("__") else {
            section.report(
                "cookie_prefix",
                "must be 1 to 32 letters, digits, \"_\" or \"-\", and not begin with \"__\", as in \"stauth\"")
            return nil
        }
        return prefix
    }

    private func logIdentity() -> LogIdentity {
        guard let name = section.text("log_identity") else { return .hash }
        if let identity = LogIdentity(name: name) { return identity }
        section.report("log_identity", "must be \"hash\", \"sub\" or \"email\"")
        return .hash
    }

    private func exposedTokens() -> [TokenKind] {
        guard section.has("expose_tokens") else { return [] }
        if case .list(let values)? = section["expose_tokens"]?.value, values.isEmpty { return [] }
        guard let names = section.texts("expose_tokens") else { return [] }
        let tokens = names.compactMap { TokenKind(name: $0) }
        guard tokens.count == names.count else {
            section.report("expose_tokens", "must be \"id\", \"access\", \"refresh\" or a list of them")
            return []
        }
        return tokens
    }
}

/// Reads how long sessions live, in seconds.
private struct SessionDurationsReader {
    /// No browser keeps a cookie for more than 400 days (RFC 6265bis 5.5).
    private static let range: ClosedRange<Int64> = 1000...(400 * 86_400_000)

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    struct Durations {
        let lifetime: Int64
        let idleTimeout: Int64?
        let claimsLifetime: Int64?
        let endsWithIDToken: Bool
    }

    func read() -> Durations {
        let lifetime = seconds("session_lifetime") ?? 30 * 86_400
        let idleTimeout = seconds("idle_timeout")
        if let idleTimeout, idleTimeout > lifetime {
            section.report("idle_timeout", "is longer than session_lifetime; shorten it, or remove it")
        }
        return Durations(
            lifetime: lifetime, idleTimeout: idleTimeout, claimsLifetime: seconds("refresh_claims"),
            endsWithIDToken: section.boolean("session_ends_with_id_token") ?? false)
    }

    private func seconds(_ key: Text) -> Int64? {
        section.duration(key, in: Self.range, "1 second to 400 days").map { $0 / 1000 }
    }
}

/// Reads the key ring of the cookies.
private struct CookieSecretsReader {
    private static let mostSecrets = 16
    private static var advice: Text { "make one with: openssl rand -hex 32" }

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil if a reported problem prevents continuing.
    func read() -> [Secret]? {
        let key: Text = "cookie_secret"
        guard section.has(key) else {
            section.report(key, "is missing; \(Self.advice)")
            return nil
        }
        guard let secrets = section.texts(key) else { return nil }
        guard secrets.count <= Self.mostSecrets else {
            section.report(key, "has more than \(Self.mostSecrets) values; remove the oldest")
            return nil
        }
        for (index, secret) in secrets.enumerated() {
            let which: Text = secrets.count == 1 ? "" : "number \(index + 1) "
            if let weakness = SecretStrength.weakness(of: secret) {
                section.report(key, "\(which)\(weakness); \(Self.advice)")
            }
            if secrets[..<index].contains(secret) { section.report(key, "\(which)occurs twice; remove one") }
        }
        return secrets.map { Secret($0) }
    }
}
