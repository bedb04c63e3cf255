import Basics

/// The names of all keys. docs/configuration.md has a table of them; a test compares the two.
enum ConfigurationKeys {
    /// Keys of [auth] that concern the application as a whole.
    static var shared: [Text] {
        [
            "port", "cookie_secret", "cookie_prefix", "cookie_format", "cookie_origin",
            "session_lifetime", "idle_timeout", "session_ends_with_id_token", "browser_session", "device_bound",
            "device_bound_lifetime", "session_store",
            "store_fallback", "store_timeout", "redis_url", "redis_sentinel_master", "redis_ca_file",
            "insecure_redis_without_tls", "session_claims",
            "login_path", "logout_path", "logout_everywhere", "session_path", "expose_tokens", "refresh_claims",
            "require_login",
            "open_paths", "site_name", "logo", "accent_color", "language", "log_identity",
        ]
    }

    /// Keys of [auth] that a provider's section may override.
    static var redirect: [Text] { ["redirect_uri"] }

    /// Keys of [auth] that a provider's section may override, too.
    static var connection: [Text] { ["ca_file", "http_proxy", "connect_timeout", "timeout"] }

    /// Keys of [auth] that a provider's section may override, too.
    static var logout: [Text] {
        [
            "logout", "post_logout_redirect_uri", "frontchannel_logout", "insecure_frontchannel_logout_without_iss",
            "security_events", "global_token_revocation",
        ]
    }

    /// Keys of [auth] that apply to all providers, and to which a provider's section adds.
    static var authorization: [Text] {
        [
            "allowed_domains", "allowed_emails", "allowed_groups", "required_claims",
            "insecure_allow_unverified_email",
        ]
    }

    /// Keys of a provider: in [auth.NAME], or in [auth] itself for the default provider.
    static var provider: [Text] {
        [
            "client_id", "client_secret", "provider", "server_metadata_url", "issuer", "client_kwargs",
            "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "client_private_key",
            "client_private_key_id", "client_assertion_audience", "id_token_signed_response_alg", "userinfo",
            "trusted_audiences", "display_name", "response_mode", "authorization_signed_response_alg",
            "require_pushed_authorization_requests", "request_object_signing_alg", "required_acr_values",
            "allowed_tenants", "authorize_url", "token_url", "userinfo_url", "emails_url",
            "claim_map", "team_id", "id_token_encrypted_response_alg", "id_token_encrypted_response_enc",
            "userinfo_bearer_method", "userinfo_signed_response_alg", "userinfo_encrypted_response_alg",
            "userinfo_encrypted_response_enc",
            "client_decryption_key", "client_decryption_key_id", "client_certificate", "client_certificate_key",
            "dpop_bound_access_tokens", "claims_providers", "profile", "insecure_omit_pkce",
            "insecure_allow_missing_nonce",
        ] + AccessTokensReader.keys + PresetKey.all
    }

    /// Those of `provider` that identify the provider: a table with one of them describes a provider.
    static var identifying: [Text] {
        [
            "client_id", "client_secret", "client_private_key", "client_certificate", "provider",
            "server_metadata_url", "issuer", "authorize_url",
        ]
    }

    static var all: [Text] { redirect + shared + connection + logout + authorization + provider }

    /// What to do about a key that other libraries have and this one lacks.
    static func advice(forForeign key: Text) -> Text? {
        switch key {
        case "authorize_params", "request_token_params":
            "is not a key of this library; write its parameters in client_kwargs"
        case "access_token_url":
            "is not a key of this library; it comes from the provider's metadata, or, without OpenID Connect, write token_url"
        case "userinfo_endpoint":
            "is not a key of this library; it comes from the provider's metadata, or, without OpenID Connect, write userinfo_url"
        case "refresh_token_url", "jwks_uri":
            "is not a key of this library; it comes from the provider's metadata, remove the key"
        case "access_token_params", "refresh_token_params", "api_base_url", "request_token_url":
            "is not a key of this library; remove it"
        case "scope", "prompt", "login_hint", "acr_values", "max_age", "ui_locales", "audience", "hd", "domain_hint":
            "belongs in client_kwargs, like everything sent with the authorization request"
        default:
            nil
        }
    }
}
