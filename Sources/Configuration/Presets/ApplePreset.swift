import Basics

extension ProviderPreset {
    /// Apple accepts a client secret only in the body, supports neither UserInfo nor prompt, and sends an e-mail address only
    /// if it may respond with a form.
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
