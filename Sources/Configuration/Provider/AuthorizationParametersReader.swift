import Basics

/// The parameters of the authorization request in addition to the library's own.
struct AuthorizationParameters {
    fileprivate(set) var fields: [FormEncoding.Field] = []
    fileprivate(set) var promptIsDefault = false
    fileprivate(set) var maxAge: Int64?
    let claims: ClaimsParameter
    /// Streamlit expects this key of the section in client_kwargs.
    fileprivate(set) var tokenEndpointAuthMethod: Text?

    fileprivate init(_ claims: ClaimsParameter) {
        self.claims = claims
    }
}

/// Reads client_kwargs.
struct AuthorizationParametersReader {
    private static var key: Text { "client_kwargs" }

    private let provider: Section
    private let isOpenID: Bool

    /// Plain OAuth 2.0 has neither a scope nor a prompt that every server supports.
    init(_ provider: Section, isOpenID: Bool) {
        self.provider = provider
        self.isOpenID = isOpenID
    }

    func read() -> AuthorizationParameters {
        let section = section()
        var parameters = AuthorizationParameters(ClaimsParameterReader(provider, section).read())
        let scope = section.flatMap(scope) ?? (isOpenID ? "openid profile email" : "")
        if !scope.isEmpty { parameters.fields.append(.init("scope", scope)) }
        let configured = section.flatMap(prompt)
        parameters.promptIsDefault = configured == nil
        let prompt = configured ?? (isOpenID ? "select_account" : "")
        if !prompt.isEmpty { parameters.fields.append(.init("prompt", prompt)) }
        if let section { read(section, into: &parameters) }
        parameters.fields += parameters.claims.fields
        return parameters
    }

    private func section() -> Section? {
        guard let entry = provider[Self.key] else { return nil }
        guard case .table(let entries) = entry.value else {
            provider.report(
                Self.key, "must be a table, such as { prompt = \"login\" }; it is \(entry.value.kind)")
            return nil
        }
        return provider.section(entry, entries)
    }

    private func read(_ section: Section, into parameters: inout AuthorizationParameters) {
        parameters.tokenEndpointAuthMethod = section.text("token_endpoint_auth_method")
        parameters.maxAge = section.integer("max_age", in: 0...315_360_000)
        let elsewhere: [Text] = ["scope", "prompt", "claims", "token_endpoint_auth_method"]
        for entry in section.entries where !elsewhere.contains(entry.key) {
            if let sentence = RefusedParameters.reason(for: entry.key) {
                section.report(entry.key, sentence)
            } else if entry.key == "max_age" {
                if let maxAge = parameters.maxAge { parameters.fields.append(.init(entry.key, Text(maxAge))) }
            } else if entry.key == "authorization_details" {
                if let details = section.authorizationDetails() { parameters.fields.append(.init(entry.key, details)) }
            } else if let value = parameter(entry, section), !value.isEmpty {
                parameters.fields.append(.init(entry.key, value))
            }
        }
    }

    /// OpenID Connect Core 3.1.2.1: openid among the values; RFC 6749 3.3: their characters.
    private func scope(_ section: Section) -> Text? {
        guard let entry = section["scope"], let scope = parameter(entry, section) else { return nil }
        guard scope.bytes.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            section.report("scope", "contains characters that a scope cannot have")
            return nil
        }
        guard !isOpenID || scope.split(at: " ").contains("openid") else {
            section.report("scope", "must contain openid, as in \"openid profile email\"")
            return nil
        }
        return scope
    }

    private func prompt(_ section: Section) -> Text? {
        guard let entry = section["prompt"], let prompt = parameter(entry, section) else { return nil }
        let values = prompt.split(at: " ")
        if values.contains("none"), values.count > 1 {
            section.report("prompt", "none cannot be combined with other values")
        }
        return prompt
    }

    /// A parameter's value as it is sent; "" omits the parameter.
    private func parameter(_ entry: ConfigurationEntry, _ section: Section) -> Text? {
        guard isParameterName(entry.key) else {
            section.report(
                entry.key, "is not a parameter name: use 1 to 64 letters, digits, \"-\", \".\" and \"_\"")
            return nil
        }
        switch entry.value {
        case .integer(let integer):
            return Text(integer)
        case .boolean(let boolean):
            return boolean ? "true" : "false"
        case .list:
            section.report(entry.key, "must be one text with space-separated values, not a list")
            return nil
        case .number, .time:
            section.report(entry.key, "must be text, an integer, true or false; put it in double quotes")
            return nil
        case .text, .untyped, .table:
            guard let text = section.text(entry.key) else { return nil }
            if text.count > 2048 { section.report(entry.key, "is longer than 2 KiB, too long for a URL") }
            return text
        }
    }

    /// RFC 6749 8.2.
    private func isParameterName(_ name: Text) -> Bool {
        (1...64).contains(name.count) && name.bytes.allSatisfy { FormEncoding.isUnreserved($0) && $0 != 0x7E }
    }
}
