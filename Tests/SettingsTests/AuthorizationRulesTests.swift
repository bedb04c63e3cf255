import Basics
import Configuration
import JSON
import Settings
import TestSupport
import Testing

/// Rules on claims, by themselves.
@Suite struct AuthorizationRulesTests {
    /// The rules of a provider whose section has these lines.
    static func rules(_ lines: String) throws -> AuthorizationRules {
        let configuration = Configuration()
        let toml = """
            [auth]
            redirect_uri = "https://app.example.com/oauth2callback"
            cookie_secret = "5f2d9c81b04e7a36d8c1f0927be45a6318c7d2e09fab4b6d"
            client_id = "client"
            client_secret = "GOCSPX-s3cr3t_0f-the_app~which.nobody+may!see"
            server_metadata_url = "https://id.example.com/.well-known/openid-configuration"
            \(lines)
            """
        try configuration.load(toml: Array(toml.utf8))
        return try #require(try configuration.settings().providers.first).authorizationRules
    }

    private func allows(_ lines: String, _ claims: JSONObject) throws -> Bool {
        try Self.rules(lines).refusal(of: claims) == nil
    }

    // MARK: - E-mail addresses

    private static let emailRules = #"""
        allowed_domains = ["example.org", "Mail.Example.COM"]
        allowed_emails = ["guest@Example.net"]
        """#

    @Test(arguments: [
        "ada@example.org", "ADA@EXAMPLE.ORG", "ada@mail.example.com", "guest@example.net", "Guest@EXAMPLE.NET",
    ])
    func emailIsAllowed(email: String) throws {
        #expect(try allows(Self.emailRules, ["email": "\(email)", "email_verified": true]))
    }

    @Test(arguments: [
        "ada@example.org.evil", "ada@evil@example.org", "ada@evilexample.org", "ada@sub.example.org", "ada@example.com",
        "ada@example.org@evil.com", "other@example.net", "guest@example.net.evil", "xguest@example.net", "example.org",
        "@example.org", "ada@ex\u{430}mple.org", "guest@ex\u{430}mple.net", "gu\u{435}st@example.net",
        "ada@example.org.",
        "ada@xn--exmple-4nf.org", "ada@example.org ", "ada@example.org\n", "\"a@evil\"@example.org", "",
    ])
    func emailIsRefused(email: String) throws {
        #expect(try !allows(Self.emailRules, ["email": "\(email)", "email_verified": true]))
    }

    static let verifications: [JSON?] = [nil, false, "true", 1, .null, 1.0, ["true"], [true], ["x": true]]

    @Test(arguments: verifications) func unverifiedEmailIsRefused(verified: JSON?) throws {
        var claims: JSONObject = ["email": "ada@example.org"]
        claims["email_verified"] = verified
        #expect(try !allows(Self.emailRules, claims))
        #expect(try allows(Self.emailRules + "\ninsecure_allow_unverified_email = true", claims))
        #expect(try !allows(Self.emailRules + "\ninsecure_allow_unverified_email = false", claims))
    }

    @Test(arguments: [nil, .null, 1, true, ["ada@example.org"], ["email": "ada@example.org"]] as [JSON?])
    func emailOfAnotherTypeIsRefused(email: JSON?) throws {
        var claims: JSONObject = ["email_verified": true]
        claims["email"] = email
        #expect(try !allows(Self.emailRules, claims))
    }

    // MARK: - Groups

    @Test(
        arguments: [
            (["admin"], true), (["x", "staff", 1], true), ("admin", true), (["x"], false), ([], false), ("", false),
            ("admin,staff", false), ("admin staff", false), ("Admin", false), (["Admin"], false), (1, false),
            (.null, false), ([["admin"]], false), (["admin": true], false), ([["name": "admin"]], false),
            ("\u{430}dmin", false), (true, false),
        ] as [(JSON, Bool)])
    func groups(value: JSON, isAllowed: Bool) throws {
        #expect(try allows(#"allowed_groups = ["admin", "staff"]"#, ["groups": value]) == isAllowed)
    }

    @Test func missingGroups() throws {
        #expect(try !allows(#"allowed_groups = "admin""#, ["roles": ["admin"]]))
        #expect(try allows(#"allowed_groups = "admin""#, ["groups": ["admin"]]))
    }

    // MARK: - Claims

    @Test(
        arguments: [
            (#"hd = "example.org""#, ["hd": "example.org"], true),
            (#"hd = "example.org""#, ["hd": "Example.org"], false),
            (#"hd = "example.org""#, [:], false), (#"acr = ["a", "b"]"#, ["acr": "b"], true),
            (#"acr = ["a", "b"]"#, ["acr": "c"], false), (#"acr = ["a", "b"]"#, ["acr": ["c", "b"]], true),
            ("n = 2", ["n": 2], true), ("n = 2", ["n": "2"], false), ("n = 2", ["n": 2.0], false),
            (#"n = "2""#, ["n": 2], false), ("b = true", ["b": true], true), ("b = true", ["b": "true"], false),
            ("b = true", ["b": 1], false), (#"b = "true""#, ["b": true], false),
            (#"a = "x", b = "y""#, ["a": "x"], false),
            (#"a = "x", b = "y""#, ["a": "x", "b": "y"], true), (#"a = "null""#, ["a": .null], false),
        ] as [(String, JSONObject, Bool)])
    func claim(rule: String, claims: JSONObject, isAllowed: Bool) throws {
        #expect(try allows("required_claims = { \(rule) }", claims) == isAllowed)
    }

    @Test(
        arguments: [
            (["realm": ["roles": ["admin"]]], true), (["realm": ["roles": "admin"]], true),
            (["realm.roles": ["admin"]], true), (["realm": ["roles": ["user"]]], false), (["realm": ["admin"]], false),
            (["realm": "admin"], false), (["roles": ["admin"]], false), (["realm": [["roles": ["admin"]]]], false),
            (["realm": .null], false), (["realm": ["roles": ["admin": true]]], false), ([:], false),
            // The longest name counts, and what a shorter one leads to does not.
            (["realm.roles": "user", "realm": ["roles": "admin"]], false),
            (["realm.roles": "admin", "realm": ["roles": "user"]], true),
        ] as [(JSONObject, Bool)])
    func path(claims: JSONObject, isAllowed: Bool) throws {
        for rule in [#""realm.roles" = "admin""#, #"realm.roles = "admin""#, #"realm = { roles = "admin" }"#] {
            #expect(try allows("required_claims = { \(rule) }", claims) == isAllowed, "\(rule)")
        }
    }

    @Test(
        arguments: [
            ("https://example.com/roles", ["https://example.com/roles": ["admin"]], true),
            ("https://example.com/roles", ["https://example": ["com/roles": "admin"]], true),
            ("access.my.app.roles", ["access": ["my.app": ["roles": ["admin"]]]], true),
            ("access.my.app.roles", ["access": ["my": ["app": ["roles": ["admin"]]]]], true),
            ("access.my.app.roles", ["access": ["my": 1, "my.app": ["roles": ["user"]]]], false),
            (".a", [".a": "admin"], true), ("a.", ["a": ["": "admin"]], true), ("..", ["": ["": ["": "admin"]]], true),
        ] as [(String, JSONObject, Bool)])
    func namesWithDots(path: String, claims: JSONObject, isAllowed: Bool) throws {
        #expect(try allows(#"required_claims = { "\#(path)" = "admin" }"#, claims) == isAllowed)
    }

    // MARK: - Together

    @Test func allConditionsMustHold() throws {
        let lines = Self.emailRules + "\nallowed_groups = \"g\"\nrequired_claims = { hd = \"x\" }"
        let all: JSONObject = ["email": "ada@example.org", "email_verified": true, "groups": ["g"], "hd": "x"]
        #expect(try allows(lines, all))
        for name in all.members.map(\.name) {
            var claims = all
            claims[name] = nil
            #expect(try !allows(lines, claims), "without \(name.string)")
        }
    }

    @Test func noRulesAllowEverybody() throws {
        #expect(try allows("", [:]))
        #expect(try Self.rules("").canonicalText == "")
    }

    /// A refusal is logged: it must not tell who the user is.
    @Test func refusalNamesTheRuleAndNoValue() throws {
        let claims: JSONObject = [
            "email": "eve@evil.com", "email_verified": true, "groups": ["eves"], "hd": "evil.com",
        ]
        for (lines, name) in [
            (Self.emailRules, "allowed_domains"), (#"allowed_groups = "g""#, "allowed_groups"),
            (#"required_claims = { hd = "x" }"#, "required_claims: the claim hd"),
        ] {
            let refusal = try #require(try Self.rules(lines).refusal(of: claims)).string
            #expect(refusal.contains(name))
            #expect(!refusal.contains("eve") && !refusal.contains("evil"))
        }
    }

    /// Sessions end when this text changes, so that other rules must never have the same one.
    @Test func canonicalTextTellsRulesApart() throws {
        let rules = [
            "", #"allowed_domains = ["a.b"]"#, #"allowed_domains = ["a.b", "c.d"]"#, #"allowed_emails = ["x@a.b"]"#,
            "allowed_domains = [\"a.b\"]\ninsecure_allow_unverified_email = true", #"allowed_groups = ["a", "b"]"#,
            #"allowed_groups = ["a 1:b"]"#, #"allowed_groups = ["a"]"#, #"required_claims = { n = 1 }"#,
            #"required_claims = { n = "1" }"#, #"required_claims = { n = "integer 1" }"#,
            #"required_claims = { n = true }"#,
            #"required_claims = { n = "true" }"#, #"required_claims = { n = 1, m = 1 }"#,
        ]
        let texts = try rules.map { try Self.rules($0).canonicalText.string }
        #expect(Set(texts).count == rules.count)
    }
}
