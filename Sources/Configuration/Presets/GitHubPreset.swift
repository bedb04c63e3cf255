import Basics

extension ProviderPreset {
    /// Not an OpenID provider. `domain`: github.com, a GitHub Enterprise Server, or NAME.ghe.com; the API is elsewhere for
    /// each.
    static var github: ProviderPreset {
        ProviderPreset("github", keys: [.domain("github.com", example: "github.example.com", hasPath: true)]) {
            values in
            let site = values.origin
            let scope = values.scope(or: "read:user user:email")
            let mayReadEmails = scope.split(at: " ").contains { $0 == "user:email" || $0 == "user" }
            return [
                // GitHub's issuer in authorization responses (RFC 9207).
                ("issuer", .text(site + "/login/oauth")),
                ("authorize_url", .text(site + "/login/oauth/authorize")),
                ("token_url", .text(site + "/login/oauth/access_token")),
                ("userinfo_url", .text(api(of: site) + "/user")),
                ("token_endpoint_auth_method", .text("client_secret_post")),
                (
                    "claim_map",
                    table([
                        ("sub", "id"), ("name", "name"), ("preferred_username", "login"), ("picture", "avatar_url"),
                        ("profile", "html_url"),
                    ])
                ),
                parameters([("scope", scope), ("prompt", "select_account")]),
            ] + (mayReadEmails ? [("emails_url", .text(api(of: site) + "/user/emails"))] : [])
        }
    }

    private static func api(of site: Text) -> Text {
        if site == "https://github.com" { return "https://api.github.com" }
        if let name = site.dropping(prefix: "https://"), name.hasSuffix(".ghe.com") { return "https://api.\(name)" }
        return site + "/api/v3"
    }
}
