import Basics
import JOSE
import JSON
import OpenIDConnect
import Provider
import Settings
import Terminal

/// What the provider's metadata says no to, of what the settings ask for.
struct MetadataCheck {
    let settings: Settings
    let provider: Provider
    let metadata: ProviderMetadata
    /// The metadata as it came.
    let listed: JSONObject
    let findings: Findings

    private var subject: String { String(provider.name) }
    private var client: Client { provider.client }

    /// Something that the settings use: where the metadata would list it, and what to do if it does not.
    private struct Use {
        let member: Text
        let value: Text
        let level: Finding.Level
        let code: FindingCode
        let advice: String
    }

    func run() {
        checkAuthentication()
        for use in uses where lacks(use.value, in: use.member) {
            findings.add(
                use.level, use.code, about: subject,
                "the provider's \(String(use.member)) does not list \(String(use.value))", do: use.advice)
        }
        checkAlgorithms()
        checkEndpoints()
        checkScopes()
        if client.authorization.omitsCodeChallenge, lists("S256", in: "code_challenge_methods_supported") {
            findings.add(
                .warning, .pkceOmitted, about: subject,
                "the provider supports PKCE, which insecure_omit_pkce turns off",
                do: "Remove insecure_omit_pkce")
        }
        if client.authorization.requiresResponseIssuer, !metadata.sendsResponseIssuer {
            findings.add(
                .problem, .responseIssuerNotSent, about: subject,
                "the profile requires iss in authorization responses, which the provider does not send",
                do: "Turn that on at the provider, or remove the profile")
        }
    }

    /// A list that is absent or empty says nothing.
    private func values(of member: Text) -> [Text]? {
        guard let list = listed[member]?.array, !list.isEmpty else { return nil }
        return list.compactMap { $0.text }
    }

    private func lacks(_ value: Text, in member: Text) -> Bool {
        values(of: member).map { !$0.contains(value) } ?? false
    }

    private func lists(_ value: Text, in member: Text) -> Bool {
        values(of: member)?.contains(value) ?? false
    }

    private var uses: [Use] {
        var uses: [Use] = [
            Use(
                member: "response_types_supported", value: "code", level: .problem, code: .responseTypeNotListed,
                advice: "Enable the authorization code flow for this client at the provider"),
            Use(
                member: "response_modes_supported", value: client.authorization.responseMode.name, level: .warning,
                code: .responseModeNotListed, advice: "Remove response_mode, or choose one that the provider lists"),
        ]
        uses += provider.settings.promptIsDefault ? [] : prompts
        if let algorithm = client.authorization.requestObjectAlgorithm {
            uses.append(
                Use(
                    member: "request_object_signing_alg_values_supported", value: algorithm.name, level: .problem,
                    code: .algorithmNotListed, advice: "Choose another request_object_signing_alg"))
        }
        return uses + encryptions + contexts
    }

    private var prompts: [Use] {
        provider.settings.listedUses.filter { $0.name == "prompt_values_supported" }.map {
            Use(
                member: $0.name, value: $0.value, level: .warning, code: .promptNotListed,
                advice: "Remove it from prompt in client_kwargs")
        }
    }

    private var encryptions: [Use] {
        let kinds: [(TokenEncryption?, Text)] = [
            (client.tokens.idTokenEncryption, "id_token"), (client.tokens.userInfoEncryption, "userinfo"),
        ]
        return kinds.flatMap { encryption, kind -> [Use] in
            guard let encryption else { return [] }
            let parts: [(Text, Text)] = [
                ("alg", encryption.algorithm.name), ("enc", encryption.encryption.name),
            ]
            return parts.map { part, name in
                Use(
                    member: "\(kind)_encryption_\(part)_values_supported", value: name, level: .warning,
                    code: .encryptionNotListed, advice: "Choose one that the provider lists, and register it")
            }
        }
    }

    private var contexts: [Use] {
        client.authorization.requiredContexts.map {
            Use(
                member: "acr_values_supported", value: $0, level: .warning, code: .acrNotListed,
                advice: "Correct required_acr_values: a login without one of them is refused")
        }
    }

    // MARK: - The client

    /// The library chooses among the listed methods, unless one is configured.
    private func checkAuthentication() {
        let member: Text = "token_endpoint_auth_methods_supported"
        guard let method = client.authenticationMethod ?? (client.secret == nil ? .publicClient : nil),
            lacks(method.name, in: member)
        else { return }
        let isForgotten = client.authenticationMethod == nil
        findings.add(
            .problem, .clientAuthenticationNotListed, about: subject,
            "the provider's \(String(member)) does not list \(String(method.name))",
            do: isForgotten
                ? "Write client_secret: the provider does not accept clients without one"
                : "Choose a token_endpoint_auth_method that it lists, and register the client with it")
    }

    private func checkAlgorithms() {
        let member: Text = "id_token_signing_alg_values_supported"
        let allowed = client.allowedAlgorithms
        if let allowed, values(of: member) != nil, !allowed.contains(where: { lists($0.name, in: member) }) {
            findings.add(
                .problem, .algorithmNotListed, about: subject,
                "the provider's \(String(member)) lists none of id_token_signed_response_alg",
                do: "Write the algorithm that the client is registered with, or remove the key")
        }
        if client.tokens.bindsAccessTokens, values(of: "dpop_signing_alg_values_supported") == nil {
            findings.add(
                .warning, .dpopNotListed, about: subject, "the provider does not say that it supports DPoP",
                do: "Remove dpop_bound_access_tokens, unless the provider's documentation has it")
        }
    }

    private func checkEndpoints() {
        if provider.settings.fetchesUserInfo, metadata.userInfoEndpoint == nil {
            findings.add(
                .problem, .userinfoEndpointMissing, about: subject, "the provider has no userinfo_endpoint",
                do: "Remove userinfo = true")
        }
        if provider.settings.logout.isAtProvider, metadata.endSessionEndpoint == nil {
            findings.add(
                .note, .endSessionEndpointMissing, about: subject,
                "the provider has no end_session_endpoint: a logout ends the session here only",
                do: "Tell users, or write logout = \"local\" to make that explicit")
        }
        if client.authorization.requiresPushedRequests || metadata.requiresPushedRequests,
            metadata.pushedAuthorizationRequestEndpoint == nil
        {
            findings.add(
                .problem, .pushedEndpointMissing, about: subject,
                "requests must be pushed, but the provider has no pushed_authorization_request_endpoint",
                do: "Remove require_pushed_authorization_requests, or turn pushed requests on at the provider")
        }
        if client.accessTokens?.introspects == true, metadata.introspectionEndpoint == nil {
            findings.add(
                .warning, .introspectionEndpointMissing, about: subject,
                "the provider has no introspection_endpoint: opaque access tokens cannot be accepted",
                do: "Write bearer_tokens = \"jwt\", if it issues such tokens")
        }
    }

    // MARK: - What users share

    private var scopes: [Text] {
        provider.settings.authorizationParameters.values(of: "scope").flatMap { $0.split(at: " ") }
    }

    private func checkScopes() {
        for scope in scopes where lacks(scope, in: "scopes_supported") {
            findings.add(
                .warning, .scopeNotListed, about: subject,
                "the provider's scopes_supported does not list \(String(scope))",
                do: "Correct scope in client_kwargs, or grant the scope to the client at the provider")
        }
        if settings.keepsRefreshTokens, lists("offline_access", in: "scopes_supported"),
            !scopes.contains("offline_access")
        {
            findings.add(
                .warning, .refreshScopeMissing, about: subject,
                "tokens are to be refreshed, but offline_access is not among the scopes",
                do: "Write client_kwargs = { scope = \"openid profile email offline_access\" }")
        }
        let names = provider.settings.authorizationRules.claimNames
        for (index, name) in names.enumerated()
        where !names[..<index].contains(name) && lacks(name, in: "claims_supported") {
            findings.add(
                .warning, .claimNotListed, about: subject,
                "the rules on users need the claim \(String(name)), which the provider's claims_supported does not list",
                do: "Have the provider send it, or correct the rule: without it everybody is refused")
        }
    }
}
