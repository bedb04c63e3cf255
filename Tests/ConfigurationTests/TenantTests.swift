import Basics
import JSON
import TestSupport
import Testing

@testable import Configuration

/// Whose users may sign in where a provider has many tenants or organisations.
@Suite struct TenantTests {
    static let tenant = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490"
    static let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    static let template = """
        issuer = "https://id.example.com/{tenantid}/v2.0"
        server_metadata_url = "https://id.example.com/common/v2.0/.well-known/openid-configuration"
        """

    static func allows(_ lines: String, _ claims: JSONObject) throws -> Bool {
        try provider(PresetTests.section(lines)).authorizationRules.refusal(of: claims) == nil
    }

    @Test(arguments: [
        ("provider = \"microsoft\"", true, true),
        ("provider = \"microsoft\"\nallowed_tenants = \"\(tenant)\"", true, false),
        ("provider = \"microsoft\"\nallowed_tenants = [\"\(tenant.uppercased())\", \"\(consumers)\"]", true, true),
        ("provider = \"microsoft\"\ntenant = \"organizations\"", true, false),
        ("provider = \"microsoft\"\ntenant = \"organizations\"\nallowed_tenants = [\"\(tenant)\"]", true, false),
        (template + "\nallowed_tenants = [\"\(consumers)\"]", false, true),
    ])
    func tenantsAreARule(lines: String, tenant: Bool, consumers: Bool) throws {
        #expect(try Self.allows(lines, ["tid": .string(Text(Self.tenant))]) == tenant)
        #expect(try Self.allows(lines, ["tid": .string(Text(Self.consumers))]) == consumers)
    }

    @Test(arguments: ["provider = \"google\"", "issuer = \"https://accounts.google.com\""])
    func hostedDomainIsARule(lines: String) throws {
        let one = lines + "\nclient_kwargs = { hd = \"Example.com\" }"
        #expect(try Self.allows(one, ["hd": "example.com"]))
        for claims: JSONObject in [[:], ["hd": "example.org"], ["hd": ""], ["hd": 1], ["hd": ["example.org"]]] {
            #expect(try !Self.allows(one, claims))
        }
        let any = lines + "\nclient_kwargs = { hd = \"*\" }"
        #expect(try Self.allows(any, ["hd": "example.org"]))
        for claims: JSONObject in [[:], ["hd": ""], ["hd": 1], ["hd": ["example.com"]]] {
            #expect(try !Self.allows(any, claims))
        }
        #expect(try Self.allows(lines, [:]))
    }

    /// Elsewhere hd is a parameter like any other.
    @Test func hostedDomainElsewhere() throws {
        let lines = "server_metadata_url = \"\(Sample.metadataURL)\"\nclient_kwargs = { hd = \"example.com\" }"
        #expect(try Self.allows(lines, [:]))
    }

    /// Sessions that were made under another rule end.
    @Test func ruleIsPartOfTheCanonicalText() throws {
        let texts = try [
            "provider = \"google\"", "provider = \"google\"\nclient_kwargs = { hd = \"a.example\" }",
            "provider = \"google\"\nclient_kwargs = { hd = \"b.example\" }",
            "provider = \"google\"\nclient_kwargs = { hd = \"*\" }",
            "provider = \"microsoft\"\ntenant = \"organizations\"",
        ].map { try provider(PresetTests.section($0)).authorizationRules.canonicalText.string }
        #expect(Set(texts).count == texts.count)
    }

    static let refusals: [Refusal] = [
        Refusal(
            template,
            "4:7: [auth.x] allowed_tenants: is missing; with {tenantid} in issuer, write the ids of the tenants to allow"
        ),
        Refusal(
            "issuer = \"https://id.example.com/{tenantid}/v2.0\"\nallowed_tenants = \"\(tenant)\"",
            "4:7: [auth.x] server_metadata_url: is missing; it cannot be derived from an issuer with {tenantid}"),
        Refusal(
            "issuer = \"https://{tenantid}.example.com/v2.0\"\nserver_metadata_url = \"\(Sample.metadataURL)\"",
            "7:1: [auth.x] issuer: must have {tenantid} once, in its path"),
        Refusal(
            "issuer = \"https://id.example.com/{tenantid}/{tenantid}\"\nserver_metadata_url = \"\(Sample.metadataURL)\"",
            "7:1: [auth.x] issuer: must have {tenantid} once, in its path"),
        Refusal(
            "issuer = \"https://id.example.com/{tenantid}?x\"\nserver_metadata_url = \"\(Sample.metadataURL)\"",
            "7:1: [auth.x] issuer: must be the provider's issuer identifier, such as \"https://accounts.google.com\", without "
                + "\"?\" or /.well-known/openid-configuration"),
        Refusal(
            "issuer = \"https://id.example.com/{tenant}/v2.0\"\nserver_metadata_url = \"\(Sample.metadataURL)\"",
            "7:1: [auth.x] issuer: still has a placeholder in { }; put your own value there"),
        Refusal(
            "server_metadata_url = \"\(Sample.metadataURL)\"\nallowed_tenants = \"\(tenant)\"",
            "8:1: [auth.x] allowed_tenants: is for an issuer with {tenantid}; this issuer has only one tenant, remove it"
        ),
        Refusal(
            "provider = \"microsoft\"\ntenant = \"consumers\"\nallowed_tenants = \"\(tenant)\"",
            "9:1: [auth.x] allowed_tenants: is for an issuer with {tenantid}; this issuer has only one tenant, remove it"
        ),
        Refusal(
            "provider = \"microsoft\"\nallowed_tenants = \"contoso.com\"",
            "8:1: [auth.x] allowed_tenants: must be ids of tenants, such as \"\(consumers)\""),
        Refusal(
            "provider = \"microsoft\"\ntenant = \"organizations\"\nallowed_tenants = \"\(consumers)\"",
            "9:1: [auth.x] allowed_tenants: contains the tenant of personal accounts, which tenant = \"organizations\" excludes"
        ),
        Refusal(
            "server_metadata_url = \"https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration\"",
            "7:1: [auth.x] server_metadata_url: has an issuer for each tenant; write provider = \"microsoft\" and "
                + "tenant instead"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        #expect(try problems(PresetTests.section(refusal.document)) == refusal.lines.map { "s.toml:\($0)" })
    }
}
