import Basics
import Configuration
import Settings
import Testing

/// A secrets.toml that was written for Streamlit's st.login works as it is.
@Suite struct StreamlitTests {
    @Test func oneProvider() throws {
        let settings = try settings(
            """
            [auth]
            redirect_uri = "http://localhost:8501/oauth2callback"
            cookie_secret = "\(Sample.cookieSecret)"
            client_id = "1234.apps.googleusercontent.com"
            client_secret = "\(Sample.clientSecret)"
            server_metadata_url = "https://accounts.google.com/.well-known/openid-configuration"
            """)
        #expect(settings.providers.map { $0.client.redirectURI.text } == ["http://localhost:8501/oauth2callback"])
        #expect(settings.callbackPaths == ["/oauth2callback"])
        #expect(settings.basePath == "")
        #expect(settings.loginPath == "/auth/login")
        #expect(settings.logoutPath == "/auth/logout")
        #expect(settings.cookiePrefix == "stauth")
        #expect(settings.cookieSecrets.map { $0.text } == [Sample.cookieSecret])
        #expect(settings.sessionLifetime == 30 * 86_400)
        #expect(settings.idleTimeout == nil)
        #expect(settings.sessionClaims == nil)
        #expect(settings.exposedTokens == [])
        #expect(settings.providers.map { $0.name } == ["default"])
        let provider = try #require(settings.provider(named: Settings.defaultProvider))
        #expect(provider.client.id == "1234.apps.googleusercontent.com")
        #expect(provider.client.secret?.text == Sample.clientSecret)
        #expect(provider.metadataURL?.text == "https://accounts.google.com/.well-known/openid-configuration")
        #expect(provider.issuer == "https://accounts.google.com")
        #expect(
            provider.authorizationParameters == [
                .init("scope", "openid profile email"), .init("prompt", "select_account"),
            ])
        #expect(provider.maxAge == nil)
        #expect(provider.client.authenticationMethod == nil)
        #expect(provider.client.allowedAlgorithms == nil)
        #expect(!provider.fetchesUserInfo)
        #expect(provider.client.trustedAudiences == [])
        #expect(provider.connection == .init())
    }

    /// As in its documentation: a named provider each, options in client_kwargs, other secrets around.
    @Test func severalProviders() throws {
        let settings = try settings(
            """
            OpenAI_key = "unrelated"

            [auth]
            redirect_uri = "https://app.example.com/oauth2callback"
            cookie_secret = "\(Sample.cookieSecret)"

            [auth.google]
            client_id = "google-client"
            client_secret = "\(Sample.clientSecret)"
            server_metadata_url = "https://accounts.google.com/.well-known/openid-configuration"

            [auth.auth0]
            client_id = "auth0-client"
            client_secret = "\(Sample.clientSecret)"
            server_metadata_url = "https://acme.eu.auth0.com/.well-known/openid-configuration"
            client_kwargs = { "prompt" = "login" }

            [connections.database]
            password = "unrelated"
            """)
        #expect(settings.providers.map { $0.name } == ["google", "auth0"])
        #expect(settings.provider(named: "default") == nil)
        #expect(settings.provider(named: "google")?.client.id == "google-client")
        #expect(
            settings.provider(named: "auth0")?.authorizationParameters == [
                .init("scope", "openid profile email"), .init("prompt", "login"),
            ])
    }

    @Test func defaultAndNamedProviders() throws {
        let settings = try settings(Sample.complete + "[auth.other]\n" + Sample.provider)
        #expect(settings.providers.map { $0.name } == ["default", "other"])
    }

    @Test func defaultProviderInItsOwnSection() throws {
        let settings = try settings(Sample.shared + "[auth.default]\n" + Sample.provider)
        #expect(settings.providers.map { $0.name } == ["default"])
    }

    @Test func whatNewerVersionsHaveIsTaken() throws {
        let settings = try settings(
            """
            [auth]
            redirect_uri = "http://localhost:{port}/oauth2callback"
            port = 8765
            cookie_secret = "\(Sample.cookieSecret)"
            expose_tokens = ["id", "access"]
            \(Sample.provider)
            client_kwargs = { scope = "openid email", token_endpoint_auth_method = "client_secret_post" }
            """)
        #expect(settings.site.text == "http://localhost:8765/oauth2callback")
        #expect(settings.exposedTokens == [.id, .access])
        #expect(settings.providers.first?.client.authenticationMethod == .clientSecretPost)
    }

    @Test func emptyClientSecretMeansPublicClient() throws {
        let provider = try provider(
            Sample.shared + "client_id = \"c\"\nclient_secret = \"\"\nserver_metadata_url = \"\(Sample.metadataURL)\"\n"
        )
        #expect(provider.client.secret == nil)
    }

    /// The sample texts of its documentation, left in place: only the cookie secret is dangerous.
    @Test func sampleValues() throws {
        let problems = try problems(
            """
            [auth]
            redirect_uri = "http://localhost:8501/oauth2callback"
            cookie_secret = "xxx"
            client_id = "xxx"
            client_secret = "xxx"
            server_metadata_url = "https://accounts.google.com/.well-known/openid-configuration"
            """)
        #expect(
            problems == [
                "s.toml:3:1: [auth] cookie_secret: is a well-known sample text; make one with: openssl rand -hex 32"
            ])
    }
}

extension Secret {
    var text: String { withBytes { unsafe String(decoding: $0, as: UTF8.self) } }
}
