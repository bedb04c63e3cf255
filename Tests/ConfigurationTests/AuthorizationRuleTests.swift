import Basics
import Configuration
import JSON
import Settings
import Testing

/// Who may sign in. A rule that is wrong refuses the whole configuration, so that nobody comes in.
@Suite struct AuthorizationRuleTests {
    private static let domains =
        "must be domains: the part after the \"@\", such as \"example.org\"; internationalized ones begin with xn--"
    private static let emails = "must be plain ASCII e-mail addresses, such as \"ada@example.org\""
    private static let table = "must be a table of claims and values, such as { \"realm_access.roles\" = \"admin\" }"
    private static let text = "must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; it is"
    private static let own = "is reserved by the library; no claim of this name can be required"

    static let refusals: [Refusal] =
        [
            "@example.org", "ada@example.org", "example", "example.org.", ".example.org", "*.example.org",
            "exa mple.org",
            "ex\u{430}mple.org", "https://example.org", "exam_ple.org", "example.org,example.com",
        ].map { Refusal("allowed_domains = [\"example.com\", \"\($0)\"]", "allowed_domains: \(domains)") }
        + [
            "ada", "@example.org", "ada@example", "ada@evil@example.org", "Ada <ada@example.org>",
            "ad\u{430}@example.org",
        ]
        .map { Refusal("allowed_emails = \"\($0)\"", "allowed_emails: \(emails)") }
        + ["allowed_domains", "allowed_emails", "allowed_groups"].flatMap { key in
            [
                Refusal("\(key) = []", "\(key): is empty; name at least one, or remove the key"),
                Refusal("\(key) = 1", "\(key): \(text) an integer"),
                Refusal("\(key) = true", "\(key): \(text) true or false"),
                Refusal("\(key) = [[\"a.b\"]]", "\(key): \(text) a list"),
                Refusal("\(key) = { a = \"b\" }", "\(key): \(text) a table"),
            ]
        } + [
            Refusal("allowed_groups = [\"a\", \"\"]", "allowed_groups: contains an empty value; remove it"),
            Refusal(
                "insecure_allow_unverified_email = \"yes\"",
                "insecure_allow_unverified_email: must be true or false, without quotes; it is text"),
            Refusal("required_claims = \"hd\"", "required_claims: \(table)"),
            Refusal("required_claims = [\"hd\"]", "required_claims: \(table)"),
            Refusal("required_claims = {}", "required_claims: \(table)"),
            Refusal(
                "required_claim = { hd = \"x\" }",
                "required_claim]: has none of a provider's keys; is [auth.required_claims] meant?"),
            Refusal("allowed_domain = \"a.b\"", "allowed_domain: is not a known key; is allowed_domains meant?"),
        ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        let separator = refusal.lines[0].contains("]:") ? "." : "] "
        #expect(
            try problems(Sample.complete + refusal.document) == ["s.toml:7:1: [auth\(separator)\(refusal.lines[0])"])
    }

    @Test(arguments: [
        ("hd = 1.5", "hd: \(text) a number with a fraction"), ("hd = 2020-01-01", "hd: \(text) a date or time"),
        ("hd = \"\"", "hd: contains an empty value; remove it"), ("hd = []", "hd: must have 1 to 1000 values"),
        ("hd = [\"a\", \"\"]", "hd: contains an empty value; remove it"), ("hd = [[1]]", "hd: \(text) a list"),
        ("hd = {}", "hd: is empty; write the claim's value"),
        ("\"\" = 1", "\"\": is not a path to a claim: 1 to 256 characters and at most 8 dots"),
        (
            "\"a.b.c.d.e.f.g.h.i.j\" = 1",
            "\"a.b.c.d.e.f.g.h.i.j\": is not a path to a claim: 1 to 256 characters and at most 8 dots"
        ),
        ("provider = \"x\"", "provider: \(own)"), ("is_logged_in = true", "is_logged_in: \(own)"),
        ("\"origin.x\" = 1", "\"origin.x\": \(own)"), ("tokens = 1", "tokens: \(own)"),
        (
            "hd = { env = \"STAUTH_NOT_SET\" }",
            "hd: the environment variable STAUTH_NOT_SET is not set; set it before the program starts"
        ),
    ])
    func claimIsRefused(claim: String, line: String) throws {
        let found = try problems(Sample.complete + "required_claims = { \(claim) }")
        #expect(found.map { $0.drop { $0 != "[" } } == ["[auth.required_claims] \(line)"])
    }

    @Test func nestedTableIsNamed() throws {
        let found = try problems(Sample.complete + "required_claims = { a = { b = 1.5 } }")
        #expect(
            found.map { $0.drop { $0 != "[" } } == ["[auth.required_claims.a] b: \(Self.text) a number with a fraction"]
        )
    }

    @Test func invalidRuleOfAProviderRefusesAll() throws {
        let found = try problems(Sample.shared + "[auth.google]\n" + Sample.provider + "allowed_domains = []")
        #expect(found == ["s.toml:8:1: [auth.google] allowed_domains: is empty; name at least one, or remove the key"])
    }

    @Test func rulesAreTaken() throws {
        let rules = try provider(
            Sample.complete + """
                allowed_domains = "Example.ORG"
                allowed_groups = ["a", "b"]
                required_claims = { x.y = [1, true, "z"] }
                """
        ).authorizationRules
        let groups = try #require(ClaimPath("groups")), path = try #require(ClaimPath("x.y"))
        #expect(
            rules.conditions == [
                .email(domains: ["example.org"], addresses: []),
                .claim(groups, values: [.string("a"), .string("b")], key: "allowed_groups"),
                .claim(path, values: [.integer(1), .bool(true), .string("z")], key: "required_claims"),
            ])
        #expect(!rules.allowsUnverifiedEmail)
    }

    /// Key by key, as a program sets them.
    @Test func rulesAreSet() throws {
        let configuration = try configuration(Sample.complete)
        try configuration.set(key: "auth.allowed_emails", value: "[\"ada@example.org\", \"eve@example.org\"]")
        try configuration.set(key: "auth.required_claims.'a.b'", value: "[true]")
        try configuration.set(key: "auth.insecure_allow_unverified_email", value: "true")
        let rules = try #require(try configuration.settings().providers.first).authorizationRules
        let addresses = ["ada@example.org", "eve@example.org"].compactMap { EmailAddress(Text($0)) }
        let path = try #require(ClaimPath("a.b"))
        #expect(
            rules.conditions == [
                .email(domains: [], addresses: addresses), .claim(path, values: [.bool(true)], key: "required_claims"),
            ])
        #expect(rules.allowsUnverifiedEmail)
    }

    @Test func manyAddresses() throws {
        let list = { (count: Int) in (1...count).map { "\"a\($0)@example.org\"" }.joined(separator: ",") }
        #expect(try problems(Sample.complete + "allowed_emails = [\(list(1000))]") == [])
        #expect(
            try problems(Sample.complete + "allowed_emails = [\(list(1001))]")
                == ["s.toml:7:1: [auth] allowed_emails: has more than 1000 values"])
    }
}
