/// What to do at a provider, word for word: where the client is registered, and what goes into which field. docs/providers.md
/// has the same with more detail.
struct Registration {
    /// The name of the preset.
    let preset: String
    /// What people call the provider.
    let name: String
    /// Where to begin.
    let console: String
    /// Up to the form.
    let steps: String
    /// The field of the redirect URI.
    let redirectField: String
    /// That of the address after a logout; nil where there is none.
    let logoutField: String?
    /// What to copy from there.
    let copies: String
    /// The keys of the preset beside client_id and client_secret: the key, the question, an example, what it is if left out.
    var keys: [Key] = []

    struct Key {
        let name: String
        let question: String
        let example: String
        var standard: String?
    }

    static func of(_ preset: String) -> Registration? { all.first { $0.preset == preset } }

    static let all: [Registration] = [
        Registration(
            preset: "google", name: "Google", console: "https://console.cloud.google.com/",
            steps: "Google Auth Platform, Clients, Create client, application type Web application",
            redirectField: "Authorized redirect URIs", logoutField: nil, copies: "Client ID and Client secret"),
        Registration(
            preset: "microsoft", name: "Microsoft Entra ID", console: "https://entra.microsoft.com/",
            steps: "App registrations, New registration, platform Web; then Certificates & secrets, New client secret",
            redirectField: "Redirect URI", logoutField: nil,
            copies: "Application (client) ID, Directory (tenant) ID, and the secret's Value (not its Secret ID)",
            keys: [
                Key(
                    name: "tenant", question: "Tenant (the Directory ID, organizations, consumers or common)",
                    example: "8eaef023-2b34-4da1-9baa-8bc8c9d6a490", standard: "common")
            ]),
        Registration(
            preset: "apple", name: "Apple", console: "https://developer.apple.com/account/",
            steps:
                "Identifiers: an App ID with Sign in with Apple, then a Services ID, Configure; then Keys: a key for "
                + "Sign in with Apple",
            redirectField: "Return URLs", logoutField: nil,
            copies: "the identifier of the Services ID (client_id), Team ID, Key ID, and the key's file (.p8)",
            keys: [
                Key(name: "team_id", question: "Team ID", example: "ABCDE12345"),
                Key(name: "client_private_key_id", question: "Key ID", example: "KEY1234567"),
            ]),
        Registration(
            preset: "auth0", name: "Auth0", console: "https://manage.auth0.com/",
            steps: "Applications, Create Application, Regular Web Application, Settings",
            redirectField: "Allowed Callback URLs", logoutField: "Allowed Logout URLs",
            copies: "Domain, Client ID and Client Secret",
            keys: [Key(name: "domain", question: "Domain", example: "acme.eu.auth0.com")]),
        Registration(
            preset: "cognito", name: "Amazon Cognito", console: "https://console.aws.amazon.com/cognito/",
            steps: "the user pool, App clients, Create app client, Traditional web application",
            redirectField: "Allowed callback URLs", logoutField: "Allowed sign-out URLs",
            copies: "User pool ID, Client ID and Client secret",
            keys: [Key(name: "user_pool_id", question: "User pool ID", example: "eu-central-1_AbCd12345")]),
        Registration(
            preset: "github", name: "GitHub", console: "https://github.com/settings/developers",
            steps: "OAuth Apps, New OAuth App; then Generate a new client secret",
            redirectField: "Authorization callback URL", logoutField: nil, copies: "Client ID and the client secret",
            keys: [
                Key(name: "domain", question: "Host", example: "github.example.com", standard: "github.com")
            ]),
        Registration(
            preset: "gitlab", name: "GitLab", console: "https://gitlab.com/-/user_settings/applications",
            steps: "Add new application, with Confidential on, and the scopes openid, profile and email",
            redirectField: "Redirect URI", logoutField: nil, copies: "Application ID (client_id) and Secret",
            keys: [
                Key(name: "domain", question: "Host", example: "gitlab.example.com", standard: "gitlab.com")
            ]),
        Registration(
            preset: "keycloak", name: "Keycloak", console: "its admin console",
            steps: "the realm, Clients, Create client, OpenID Connect; Client authentication on, only Standard flow",
            redirectField: "Valid redirect URIs", logoutField: "Valid post logout redirect URIs",
            copies: "Client ID, and Client Secret from Credentials",
            keys: [
                Key(name: "domain", question: "Host", example: "id.example.com"),
                Key(name: "realm", question: "Realm", example: "main"),
            ]),
        Registration(
            preset: "linkedin", name: "LinkedIn", console: "https://www.linkedin.com/developers/apps",
            steps: "Create app; Products, Sign In with LinkedIn using OpenID Connect; Auth",
            redirectField: "Authorized redirect URLs", logoutField: nil, copies: "Client ID and Primary Client Secret"),
        Registration(
            preset: "okta", name: "Okta", console: "its admin console",
            steps: "Applications, Create App Integration, OIDC, Web Application; then assign people or groups",
            redirectField: "Sign-in redirect URIs", logoutField: "Sign-out redirect URIs",
            copies: "Client ID and Client secret",
            keys: [Key(name: "domain", question: "Host", example: "acme.okta.com")]),
        Registration(
            preset: "other", name: "another OpenID provider", console: "its console",
            steps: "a web application, with the authorization code flow, a client secret and, if offered, PKCE",
            redirectField: "Redirect URI", logoutField: "Post-logout redirect URI", copies: "the client ID and secret",
            keys: [
                Key(
                    name: "server_metadata_url", question: "Address of its metadata",
                    example: "https://id.example.com/.well-known/openid-configuration")
            ]),
    ]
}
