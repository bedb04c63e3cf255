import Basics

extension ProviderPreset {
    /// LinkedIn refuses a code_verifier and sends no nonce. It accepts the client secret in the body only.
    static var linkedin: ProviderPreset {
        ProviderPreset("linkedin") { _ in
            openID(issuer: "https://www.linkedin.com/oauth") + [
                ("token_endpoint_auth_method", .text("client_secret_post")),
                ("insecure_omit_pkce", .boolean(true)),
                ("insecure_allow_missing_nonce", .boolean(true)),
                parameters([("prompt", "")]),
            ]
        }
    }
}
