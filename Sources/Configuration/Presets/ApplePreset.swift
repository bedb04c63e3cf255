import Basics

extension ProviderPreset {
    /// Apple takes a client secret in the body only, knows no UserInfo and no prompt, and gives an e-mail address only if it
    /// may answer with a form.
    static var apple: ProviderPreset {
        ProviderPreset("apple") { _ in
            openID(issuer: "https://appleid.apple.com") + [
                ("token_endpoint_auth_method", .text("client_secret_post")),
                ("response_mode", .text("form_post")),
                parameters([("scope", "openid email"), ("prompt", "")]),
            ]
        }
    }
}
