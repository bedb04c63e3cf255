import Basics

/// What client_kwargs must not contain, and what to do instead.
enum RefusedParameters {
    /// Continues "KEY: "; nil for a parameter that is sent.
    static func reason(for key: Text) -> Text? {
        if let reason = httpClientReason(for: key) { return reason }
        switch key {
        case "state", "nonce", "redirect_uri", "response_type", "client_id", "code_challenge",
            "code_challenge_method", "code_verifier", "request", "request_uri":
            return "is set by this library for every login; remove it"
        case "client_secret", "client_assertion", "client_assertion_type", "grant_type", "code", "access_token",
            "refresh_token", "id_token", "username", "password":
            return "must not be sent with the authorization request, which the browser sees; remove it"
        default:
            return ConfigurationKeys.all.contains(key) ? "belongs in the section itself, next to client_kwargs" : nil
        }
    }

    /// Options that Streamlit passes on to its HTTP client.
    private static func httpClientReason(for key: Text) -> Text? {
        switch key {
        case "verify": "is not a parameter; for a private certificate authority, write ca_file next to client_kwargs"
        case "proxy", "proxies": "is not a parameter; write http_proxy next to client_kwargs"
        case "timeout": "is not a parameter; write timeout next to client_kwargs"
        case "trust_env":
            "is not a parameter; proxies are not read from the environment; write http_proxy next to client_kwargs"
        case "cert": "is not a parameter; client certificates are not supported, remove it"
        case "headers": "is not a parameter; custom headers are not supported, remove it"
        case "follow_redirects": "is not a parameter; redirects of the provider are never followed, remove it"
        case "http2": "is not a parameter; the HTTP version is chosen automatically, remove it"
        default: nil
        }
    }
}
