import Basics

/// Reads client_kwargs: what is sent with the authorization request beyond what the library itself sends.
struct AuthorizationParameters {
    private(set) var fields: [FormEncoding.Field] = []
    private(set) var maxAge: Int64?
    let claims: ClaimsParameter
    /// Streamlit has this key of the section in here.
    private(set) var tokenEndpointAuthMethod: Text?

    private static var key: Text { "client_kwargs" }

    /// Plain OAuth 2.0 has neither a scope nor a prompt that every server knows.
    init(_ provider: Section, isOpenID: Bool) {
        let section = Self.section(in: provider)
        claims = ClaimsParameter(provider, section)
        let scope = section?.scope(isOpenID: isOpenID) ?? (isOpenID ? "openid profile email" : "")
        if !scope.isEmpty { fields.append(.init("scope", scope)) }
        let prompt = section?.prompt() ?? (isOpenID ? "select_account" : "")
        if !prompt.isEmpty { fields.append(.init("prompt", prompt)) }
        if let section { read(section) }
        fields += claims.fields
    }

    private mutating func read(_ section: Section) {
        tokenEndpointAuthMethod = section.text("token_endpoint_auth_method")
        maxAge = section.integer("max_age", in: 0...315_360_000)
        let elsewhere: [Text] = ["scope", "prompt", "claims", "token_endpoint_auth_method"]
        for entry in section.entries where !elsewhere.contains(entry.key) {
            if let sentence = RefusedParameters.reason(for: entry.key) {
                section.report(entry.key, sentence)
            } else if entry.key == "max_age" {
                if let maxAge { fields.append(.init(entry.key, Text(maxAge))) }
            } else if entry.key == "authorization_details" {
                if let details = section.authorizationDetails() { fields.append(.init(entry.key, details)) }
            } else if let value = section.parameter(entry), !value.isEmpty {
                fields.append(.init(entry.key, value))
            }
        }
    }

    private static func section(in provider: Section) -> Section? {
        guard let entry = provider[key] else { return nil }
        guard case .table(let entries) = entry.value else {
            provider.report(key, "must be a table, such as { prompt = \"login\" }; it is \(entry.value.kind)")
            return nil
        }
        return provider.section(entry, entries)
    }
}

extension Section {
    /// OpenID Connect Core 3.1.2.1: openid among the values; RFC 6749 3.3: their characters.
    fileprivate func scope(isOpenID: Bool) -> Text? {
        guard let entry = self["scope"], let scope = parameter(entry) else { return nil }
        guard scope.bytes.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            report("scope", "has characters that a scope cannot have")
            return nil
        }
        guard !isOpenID || scope.split(at: " ").contains("openid") else {
            report("scope", "must have openid among its values, as in \"openid profile email\"")
            return nil
        }
        return scope
    }

    fileprivate func prompt() -> Text? {
        guard let entry = self["prompt"], let prompt = parameter(entry) else { return nil }
        let values = prompt.split(at: " ")
        if values.contains("none"), values.count > 1 {
            report("prompt", "none must stand alone")
        }
        return prompt
    }

    /// A parameter's value as it is sent; "" stands for a parameter that is not.
    fileprivate func parameter(_ entry: ConfigurationEntry) -> Text? {
        guard isParameterName(entry.key) else {
            report(entry.key, "is not a parameter's name, which has 1 to 64 letters, digits, \"-\", \".\" and \"_\"")
            return nil
        }
        switch entry.value {
        case .integer(let integer):
            return Text(integer)
        case .boolean(let boolean):
            return boolean ? "true" : "false"
        case .list:
            report(entry.key, "must be one text, with spaces between its parts, not a list")
            return nil
        case .number, .time:
            report(entry.key, "must be text, an integer, true or false; put it in double quotes")
            return nil
        case .text, .untyped, .table:
            guard let text = text(entry.key) else { return nil }
            if text.count > 2048 { report(entry.key, "is longer than 2 KiB, too much for an address") }
            return text
        }
    }

    /// RFC 6749 8.2.
    private func isParameterName(_ name: Text) -> Bool {
        (1...64).contains(name.count) && name.bytes.allSatisfy { FormEncoding.isUnreserved($0) && $0 != 0x7E }
    }
}
