import Basics
import OpenIDConnect
import Settings
import Transport

/// Reads a provider that speaks plain OAuth 2.0 and has no ID tokens.
struct OAuth2Reader {
    private let section: Section

    private static var metadataKey: Text { "server_metadata_url" }
    private static var mapKey: Text { "claim_map" }
    private static var emailsKey: Text { "emails_url" }
    /// The keys of such providers only.
    private static var keys: [Text] { ["authorize_url", "token_url", "userinfo_url", emailsKey, mapKey] }
    /// Keys about ID tokens, metadata or the provider's keys; in addition, all that begin with one of `openIDPrefixes`.
    private static var openIDKeys: [Text] {
        [
            "userinfo", "trusted_audiences", "required_acr_values", "claims_providers",
            "authorization_signed_response_alg",
            "require_pushed_authorization_requests", "request_object_signing_alg", "client_decryption_key",
            "client_decryption_key_id", "dpop_bound_access_tokens", "insecure_allow_missing_nonce",
        ] + AccessTokensReader.keys
    }
    private static var openIDPrefixes: [Text] {
        [
            "id_token_", "userinfo_signed_", "userinfo_encrypted_", "userinfo_bearer_",
        ]
    }
    /// The same in client_kwargs.
    private static var openIDParameters: [Text] { ["max_age", "nonce", "claims", "acr_values"] }

    init(_ section: Section) {
        self.section = section
    }

    /// Whether the section is of such a provider. With both kinds of keys it is an OpenID provider's, and the others are
    /// reported.
    func isMeant() -> Bool {
        let own = Self.keys.filter { section.has($0) }
        guard section.has(Self.metadataKey) else { return !own.isEmpty }
        for key in own {
            section.report(
                key, "is for a provider without OpenID Connect; the metadata at \(Self.metadataKey) has it, remove it")
        }
        return false
    }

    /// Nil if a problem was reported.
    func read() -> (kind: ProviderKind, issuer: Text)? {
        reportOpenIDKeys()
        let authorization = url("authorize_url")
        let token = url("token_url")
        let userInfo = url("userinfo_url")
        let emails = section.providerURL(Self.emailsKey)
        let map = claimMap()
        let issuer = section.providerURL("issuer")?.text
        guard let authorization, let token, let userInfo, !map.isEmpty else { return nil }
        var settings = OAuth2Settings(
            authorizationEndpoint: authorization, tokenEndpoint: token, userInfoEndpoint: userInfo, claimMap: map)
        settings.emailsEndpoint = emails
        return (.oauth2(settings), issuer ?? authorization.origin)
    }

    private func url(_ key: Text) -> AbsoluteURL? {
        if !section.has(key) {
            section.report(
                key, "is missing; a provider without OpenID Connect requires authorize_url, token_url and userinfo_url")
        }
        return section.providerURL(key)
    }

    private func reportOpenIDKeys() {
        let sentence: Text = "is for OpenID providers; this one has neither metadata nor ID tokens, remove it"
        for entry in section.entries {
            let key = entry.key
            if Self.openIDKeys.contains(key) || Self.openIDPrefixes.contains(where: { key.hasPrefix($0) }) {
                section.report(key, sentence)
            }
        }
        if let mode = section.text("response_mode"), ResponseMode(name: mode)?.isSigned == true {
            section.report("response_mode", sentence)
        }
        guard let entry = section["client_kwargs"], case .table(let entries) = entry.value else { return }
        let parameters = section.section(entry, entries)
        for key in Self.openIDParameters where parameters.has(key) { parameters.report(key, sentence) }
    }

    /// Empty if a problem was reported.
    private func claimMap() -> [OAuth2Settings.Mapping] {
        let example: Text = "such as { sub = \"id\", name = \"name\" }"
        guard let entry = section[Self.mapKey] else {
            section.report(Self.mapKey, "is missing; it maps claims to members of userinfo_url's answer, \(example)")
            return []
        }
        guard case .table(let entries) = entry.value, entries.contains(where: { $0.key == "sub" }) else {
            section.report(Self.mapKey, "must be a table of claims that includes sub, \(example)")
            return []
        }
        let table = section.section(entry, entries)
        return entries.compactMap { entry in
            if ReservedClaims.all.contains(entry.key) || entry.key == "iss" {
                table.report(entry.key, "is set by this library; remove it")
            } else if section.has(Self.emailsKey), entry.key == "email" || entry.key == "email_verified" {
                table.report(entry.key, "comes from \(Self.emailsKey); remove one of the two")
            }
            guard let text = table.text(entry.key) else { return nil }
            guard let path = ClaimPath(text), ClaimPath(entry.key) != nil else {
                table.report(entry.key, "is not a path into the answer: 1 to 256 characters and at most 8 dots")
                return nil
            }
            return .init(claim: entry.key, path: path)
        }
    }
}
