import Basics
import JSON
import TestSupport
import Testing

/// Streamlit's cookie under the requirements of today: whoever could not sign in with its claims is signed out.
@Suite struct StreamlitRequirementsTests {
    private func counts(_ changes: JSONObject, removing: [Text] = [], google: String = "") throws -> Bool {
        var claims = StreamlitJar.claims
        for name in removing { claims[name] = nil }
        for change in changes.members { claims[change.name] = change.value }
        let site = try SessionSite(#"cookie_format = "streamlit""#, google: google)
        let header = try StreamlitJar().header(claims)
        site.clock.advance(3600)
        return try site.user(header).hasPrefix(#"{"is_logged_in":true,"#)
    }

    @Test(
        arguments: [
            ("required_acr_values = [\"mfa\"]", ["acr": "mfa"], true),
            ("required_acr_values = [\"mfa\"]", ["acr": "pwd"], false), ("required_acr_values = [\"mfa\"]", [:], false),
            ("required_acr_values = [\"mfa\"]", ["acr": ["mfa"]], false),
            (
                "client_kwargs = { claims = { id_token = { acr = { essential = true, values = [\"a\", \"b\"] } } } }",
                ["acr": "b"], true
            ),
            (
                "client_kwargs = { claims = { id_token = { acr = { essential = true, values = [\"a\", \"b\"] } } } }",
                ["acr": "c"], false
            ),
            ("client_kwargs = { claims = { id_token = { auth_time = { essential = true } } } }", [:], false),
            (
                "client_kwargs = { claims = { id_token = { auth_time = { essential = true } } } }",
                ["auth_time": 1_795_000_000], true
            ),
            ("client_kwargs = { max_age = 60 }", [:], false),
            ("client_kwargs = { max_age = 60 }", ["auth_time": 1_795_000_000], true),
            ("client_kwargs = { max_age = 60 }", ["auth_time": 1_794_999_880], true),
            ("client_kwargs = { max_age = 60 }", ["auth_time": 1_794_999_879], false),
            ("client_kwargs = { max_age = 60 }", ["auth_time": 1_795_000_061], false),
            ("client_kwargs = { max_age = 60 }", ["auth_time": "1795000000"], false),
            ("", ["auth_time": "yesterday"], false), ("", ["acr": "pwd"], true),
        ] as [(String, JSONObject, Bool)])
    func authentication(google: String, claims: JSONObject, counts: Bool) throws {
        #expect(try self.counts(claims, google: google) == counts)
    }

    @Test(
        arguments: [
            ("iss", "https://evil.example.com", false), ("iss", "https://google.example.com//", false),
            ("iss", "https://work.example.com/realms/a", false), ("iss", nil, false), ("iss", 1, false),
            ("aud", "another", false), ("aud", ["google-client"], true), ("aud", ["google-client", "other"], false),
            ("aud", [], false), ("aud", 1, false), ("aud", nil, true), ("azp", "google-client", true),
            ("azp", "another", false), ("sub", nil, false), ("sub", "", false), ("sub", 1, false),
        ] as [(Text, JSON?, Bool)])
    func whoseItIs(name: Text, value: JSON?, counts: Bool) throws {
        let changes: JSONObject = value.map { [name: $0] } ?? [:]
        #expect(try self.counts(changes, removing: [name]) == counts)
    }

    /// OIDC Core 3.1.3.7 (3), (4).
    @Test func severalAudiences() throws {
        let trusting = "trusted_audiences = [\"other\"]"
        #expect(try !counts(["aud": ["google-client", "other"]], google: trusting))
        #expect(try counts(["aud": ["google-client", "other"], "azp": "google-client"], google: trusting))
        #expect(try !counts(["azp": "other"], removing: ["aud"], google: trusting))
    }
}
