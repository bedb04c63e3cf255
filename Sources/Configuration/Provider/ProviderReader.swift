import Basics
import OpenIDConnect
import Settings
import Transport

/// Reads one provider.
struct ProviderReader {
    private let section: Section
    private let name: Text
    private let redirect: RedirectSettings?
    private let connection: ConnectionSettings
    private let logout: LogoutSettings
    private let rules: AuthorizationRules
    private let profile: SecurityProfile?

    init(
        _ section: Section, name: Text, _ redirect: RedirectSettings?, connection: ConnectionSettings,
        logout: LogoutSettings, rules: AuthorizationRules
    ) {
        let section = ProviderPreset.complete(section)
        profile = SecurityProfile(section)
        self.section = profile?.complete() ?? section
        self.name = name
        self.redirect = redirect
        self.connection = connection
        self.logout = logout
        self.rules = rules
    }

    /// Nil if a reported problem prevents continuing.
    func read() -> ProviderSettings? {
        let id = clientID()
        let secret = clientSecret()
        let (plain, openID) = (OAuth2Reader(section), ProviderAddressReader(section))
        let isOpenID = !plain.isMeant()
        let address = isOpenID ? openID.read() : plain.read()
        let parameters = AuthorizationParametersReader(section, isOpenID: isOpenID).read()
        let fetchesUserInfo = section.boolean("userinfo") ?? false
        let client = client(id, secret, parameters, isOpenID: isOpenID, fetchesUserInfo: fetchesUserInfo)
        let certificate = ClientCertificateReader(section).read()
        let claimsProviders = openID.readClaimsProviders()
        let displayName = displayName()
        guard let client, let address else { return nil }
        var settings = ProviderSettings(
            name: name, displayName: displayName, kind: address.kind, issuer: address.issuer, client: client)
        settings.issuerMayEndInSlash = isOpenID && !section.has("issuer")
        settings.authorizationParameters = parameters.fields
        settings.promptIsDefault = parameters.promptIsDefault
        settings.maxAge = parameters.maxAge
        settings.clientCertificate = certificate
        settings.claimsProviders = claimsProviders
        settings.fetchesUserInfo = fetchesUserInfo
        settings.authorizationRules = rules.adding(
            TenantsReader(section, issuer: address.issuer).read()
                + HostedDomain.conditions(parameters, issuer: address.issuer))
        settings.logout = logout
        settings.logout.style = LogoutStyle(issuer: address.issuer)
        settings.connection = connection
        settings.connection.allowsLoopback = address.kind.isLoopback
        return settings
    }

    /// Nil if a reported problem prevents continuing.
    private func client(
        _ id: Text?, _ secret: Text?, _ parameters: AuthorizationParameters, isOpenID: Bool, fetchesUserInfo: Bool
    ) -> Client? {
        var authentication = ClientAuthenticationReader(section, parameters, secretLength: secret?.count).read()
        var authorization = AuthorizationSettingsReader(section, parameters, authentication.assertion).read()
        profile?.restrict(&authentication, &authorization)
        let algorithms = ResponseAlgorithmsReader(
            section, ResponseAlgorithmsReader.idTokenKey, secretLength: secret?.count
        ).read()
        // Without OpenID Connect, all of its keys were reported.
        let tokens =
            isOpenID
            ? TokenSettingsReader(
                section, secretLength: secret?.count, fetchesUserInfo: fetchesUserInfo,
                signingKey: authentication.assertion.key
            ).read() : TokenSettings()
        let audiences = section.texts("trusted_audiences") ?? []
        if audiences.contains("") { section.report("trusted_audiences", "contains an empty value; remove it") }
        let redirectURI = redirect?.uri(of: name, section)
        guard let id, let redirectURI else { return nil }
        var client = Client(
            id: id, secret: secret.map { Secret($0) }, redirectURI: redirectURI,
            authenticationMethod: authentication.method, assertion: authentication.assertion,
            authorization: authorization, allowedAlgorithms: algorithms, tokens: tokens, trustedAudiences: audiences)
        client.accessTokens = AccessTokensReader(section).read(for: client)
        return client
    }

    private func clientID() -> Text? {
        let advice: Text = "the provider issues it when you register the app"
        guard section.has("client_id") else {
            section.report("client_id", "is missing; \(advice)")
            return nil
        }
        guard let text = section.text("client_id") else { return nil }
        guard !text.isEmpty else {
            section.report("client_id", "is empty; \(advice)")
            return nil
        }
        return identifier(text, "client_id")
    }

    /// The name that users see; by default the section's name, or that of the preset in [auth] itself.
    private func displayName() -> Text {
        guard section.has("display_name") else {
            let preset = name == Settings.defaultProvider ? section.entries["provider"]?.value : nil
            if case .text(let preset)? = preset { return properName(preset) }
            return properName(name)
        }
        guard let text = section.text("display_name") else { return name }
        if text.isEmpty || text.count > 64 { section.report("display_name", "must have 1 to 64 bytes") }
        return text
    }

    /// As its owner writes it, otherwise with a capital.
    private func properName(_ name: Text) -> Text {
        switch name {
        case "github": "GitHub"
        case "gitlab": "GitLab"
        case "linkedin": "LinkedIn"
        default: capitalized(name)
        }
    }

    private func capitalized(_ name: Text) -> Text {
        Text(
            wellFormed: name.bytes.prefix(1).map { (0x61...0x7A).contains($0) ? $0 & 0xDF : $0 }
                + name.bytes.dropFirst())
    }

    /// Absent or empty for a public client, as in Streamlit. Some providers' secrets are not ASCII, although RFC 6749 A.2
    /// requires that.
    private func clientSecret() -> Text? {
        guard let text = section.text("client_secret"), !text.isEmpty else { return nil }
        return trimmed(text, "client_secret")
    }

    /// RFC 6749 A.1: printable ASCII.
    private func identifier(_ text: Text, _ key: Text) -> Text? {
        guard text.isPrintableASCII else {
            section.report(key, "contains characters that are not plain ASCII; copy it again from the provider")
            return nil
        }
        return trimmed(text, key)
    }

    /// A space at either end can only be a copying mistake.
    private func trimmed(_ text: Text, _ key: Text) -> Text? {
        guard text.bytes.first != 0x20, text.bytes.last != 0x20 else {
            section.report(key, "begins or ends with a space; remove it")
            return nil
        }
        return text
    }
}
