import Basics
import Transport

/// Reads one provider.
struct ProviderReader {
    private let section: Section
    private let name: Text
    private let connection: ConnectionSettings
    private let rules: AuthorizationRules

    init(_ section: Section, name: Text, connection: ConnectionSettings, rules: AuthorizationRules) {
        self.section = section
        self.name = name
        self.connection = connection
        self.rules = rules
    }

    /// Nil if a problem was reported that leaves nothing to go on with.
    func read() -> ProviderSettings? {
        let clientID = clientID()
        let clientSecret = clientSecret()
        let address = ProviderAddress(section)
        let parameters = AuthorizationParameters(section)
        let authentication = ClientAuthenticationReader(section, parameters, secretLength: clientSecret?.count)
        let authorization = AuthorizationSettingsReader.read(section, parameters, authentication.assertion)
        let algorithms = IDTokenAlgorithms.read(section, secretLength: clientSecret?.count)
        let fetchesUserInfo = section.boolean("userinfo") ?? false
        let audiences = section.texts("trusted_audiences") ?? []
        if audiences.contains("") { section.report("trusted_audiences", "has an empty value; remove it") }
        guard let clientID, let address else { return nil }
        var connection = connection
        connection.allowsLoopback = address.metadataURL.isLoopback
        return ProviderSettings(
            name: name, clientID: clientID, clientSecret: clientSecret.map { Secret($0) },
            metadataURL: address.metadataURL, issuer: address.issuer,
            authorizationParameters: parameters.fields, maxAge: parameters.maxAge,
            tokenEndpointAuthMethod: authentication.method, clientAssertion: authentication.assertion,
            authorization: authorization,
            idTokenAlgorithms: algorithms, fetchesUserInfo: fetchesUserInfo, trustedAudiences: audiences,
            authorizationRules: rules, connection: connection)
    }

    private func clientID() -> Text? {
        let advice: Text = "the provider gives it when you register the app"
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

    /// Absent or empty for a public client, as Streamlit has it. Some providers' secrets are not ASCII, although RFC 6749
    /// A.2 wants that.
    private func clientSecret() -> Text? {
        guard let text = section.text("client_secret"), !text.isEmpty else { return nil }
        return trimmed(text, "client_secret")
    }

    /// RFC 6749 A.1: printable ASCII.
    private func identifier(_ text: Text, _ key: Text) -> Text? {
        guard text.isPrintableASCII else {
            section.report(key, "has characters that are not plain ASCII; copy it anew from the provider")
            return nil
        }
        return trimmed(text, key)
    }

    /// A space at an end can only have slipped in while copying.
    private func trimmed(_ text: Text, _ key: Text) -> Text? {
        guard text.bytes.first != 0x20, text.bytes.last != 0x20 else {
            section.report(key, "begins or ends with a space; remove it")
            return nil
        }
        return text
    }
}

/// Where the provider's metadata is, and what the provider calls itself.
private struct ProviderAddress {
    let metadataURL: AbsoluteURL
    let issuer: Text

    /// OpenID Connect Discovery 4.
    private static let suffix: Text = "/.well-known/openid-configuration"

    init?(_ section: Section) {
        let key: Text = "server_metadata_url"
        let issuer = section.text("issuer").flatMap { Self.issuer($0, section) }
        guard section.has(key) else {
            let written = issuer.flatMap { AbsoluteURL(($0.dropping(suffix: "/") ?? $0) + Self.suffix) }
            guard let issuer, let written else {
                if !section.has("issuer") {
                    section.report(
                        key,
                        "is missing; the provider's documentation has it, such as "
                            + "\"https://accounts.google.com/.well-known/openid-configuration\"")
                }
                return nil
            }
            (metadataURL, self.issuer) = (written, issuer)
            return
        }
        guard let text = section.text(key), let url = Self.url(text, key, section) else { return nil }
        metadataURL = url
        if section.has("issuer") {
            guard let issuer else { return nil }
            self.issuer = issuer
        } else if let issuer = url.text.dropping(suffix: Self.suffix), url.query == nil {
            self.issuer = issuer
        } else {
            section.report(key, "must end in \(Self.suffix); if the provider's does not, write its issuer as well")
            return nil
        }
    }

    /// OpenID Connect Discovery 3: https, without query or fragment.
    private static func issuer(_ text: Text, _ section: Section) -> Text? {
        guard let url = url(text, "issuer", section) else { return nil }
        guard url.query == nil, !url.path.hasSuffix(suffix) else {
            section.report(
                "issuer",
                "must be what the provider calls itself, such as \"https://accounts.google.com\", without \"?\" or \(suffix)"
            )
            return nil
        }
        return text
    }

    private static func url(_ text: Text, _ key: Text, _ section: Section) -> AbsoluteURL? {
        guard let url = AbsoluteURL(text) else {
            let isTemplate = text.contains("{") && text.contains("}")
            section.report(
                key,
                isTemplate
                    ? "still has a placeholder in { }; put your own value there"
                    : "must be an absolute URL that begins with https://")
            return nil
        }
        guard url.isSecure || url.isLoopback else {
            section.report(key, "must begin with https://; http:// is only for a provider on this machine")
            return nil
        }
        return url
    }
}
