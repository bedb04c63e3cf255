import Basics

extension ProviderPreset {
    /// Apple takes a client secret in the body only, knows no UserInfo and no prompt.
    static var apple: ProviderPreset {
        ProviderPreset("apple") { _ in
            openID(issuer: "https://appleid.apple.com") + [
                ("token_endpoint_auth_method", .text("client_secret_post")),
                parameters([("scope", "openid"), ("prompt", "")]),
            ]
        }
    }
}
