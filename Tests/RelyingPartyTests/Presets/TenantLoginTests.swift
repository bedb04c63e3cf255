import Basics
import JSON
import TestSupport
import Testing

/// Microsoft's logins for users of many tenants.
@Suite struct TenantLoginTests {
    static let tenant = PresetLoginTests.tenant
    static let other = "82229342-1101-4ab6-817b-70c0747630f3"
    static let consumers = PresetLoginTests.consumers

    /// The code of the refusal; nil for a login that succeeds.
    static func refusal(
        _ lines: String = "", issuer: String, tenant: JSON, key: JSONObject = [:],
        _ change: ([FormEncoding.Field]) -> [FormEncoding.Field] = { $0 }
    ) throws -> ErrorCode? {
        let isOrganizations = lines.contains("organizations")
        let name = isOrganizations ? "organizations" : "common"
        let provider = RecordedProvider(
            metadataURL: "\(PresetLoginTests.microsoft)\(name)/v2.0\(PresetLoginTests.wellKnown)",
            metadata: try RecordedProvider.metadata("microsoft-\(name)"), issuer: Text(issuer))
        provider.claims["tid"] = tenant == .null ? nil : tenant
        provider.keyMembers = key
        let site = try PresetSite("provider = \"microsoft\"\n\(lines)\(PresetLoginTests.secret)", provider)
        if case .failure(let failure) = try site.login(change) { return failure.code }
        return nil
    }

    static func issuer(_ tenant: String) -> String { PresetLoginTests.microsoft + tenant + "/v2.0" }
    static func text(_ text: String) -> JSON { .string(Text(text)) }

    @Test func anyTenantAtCommon() throws {
        for tenant in [Self.tenant, Self.other, Self.consumers] {
            #expect(try Self.refusal(issuer: Self.issuer(tenant), tenant: Self.text(tenant)) == nil)
        }
    }

    /// The issuer is the template with the token's own tid, and that is a GUID.
    @Test(
        arguments: [
            (issuer(tenant), text(other)), (issuer(tenant), .null), (issuer(tenant), 1),
            (issuer("{tenantid}"), text("{tenantid}")), (issuer("common"), text("common")),
            (issuer(tenant.uppercased()), text(tenant.uppercased())), (issuer(tenant), text(tenant.uppercased())),
            ("https://login.microsoftonline.us/\(tenant)/v2.0", text(tenant)),
            ("https://sts.windows.net/\(tenant)/", text(tenant)),
            (issuer("x/../\(tenant)"), text("x/../\(tenant)")), (issuer(""), text("")),
        ] as [(String, JSON)])
    func issuerMustBeTheTenants(issuer: String, tenant: JSON) throws {
        #expect(try Self.refusal(issuer: issuer, tenant: tenant) == .idTokenIssuerMismatch)
    }

    @Test func allowedTenants() throws {
        let lines = "allowed_tenants = [\"\(Self.tenant)\"]"
        #expect(try Self.refusal(lines, issuer: Self.issuer(Self.tenant), tenant: Self.text(Self.tenant)) == nil)
        #expect(
            try Self.refusal(lines, issuer: Self.issuer(Self.other), tenant: Self.text(Self.other)) == .userNotAllowed)
    }

    @Test func organizationsLeaveOutPersonalAccounts() throws {
        let lines = "tenant = \"organizations\""
        #expect(try Self.refusal(lines, issuer: Self.issuer(Self.tenant), tenant: Self.text(Self.tenant)) == nil)
        #expect(
            try Self.refusal(lines, issuer: Self.issuer(Self.consumers), tenant: Self.text(Self.consumers))
                == .userNotAllowed)
    }

    /// Microsoft's keys say whom they sign for. A tenant's own key is no key for another.
    @Test(arguments: [
        ("https://login.microsoftonline.com/{tenantid}/v2.0", true), (issuer(tenant), true), (issuer(other), false),
        ("https://login.microsoftonline.us/{tenantid}/v2.0", false),
    ])
    func keysSignForTheirIssuer(keyIssuer: String, isUsed: Bool) throws {
        let refusal = try Self.refusal(
            issuer: Self.issuer(Self.tenant), tenant: Self.text(Self.tenant), key: ["issuer": Self.text(keyIssuer)])
        #expect(refusal == (isUsed ? nil : .idTokenKeyUnknown))
    }

    /// A key that says something else than a text is of no use.
    @Test func issuerOfAKeyIsText() throws {
        let refusal = try Self.refusal(
            issuer: Self.issuer(Self.tenant), tenant: Self.text(Self.tenant), key: ["issuer": 1])
        #expect(refusal == .idTokenKeyUnknown)
    }

    /// RFC 9207, should Microsoft send it one day: a tenant's issuer, no other.
    @Test(
        arguments: [
            (issuer(tenant), nil), ("https://login.microsoftonline.com/{tenantid}/v2.0", nil),
            ("https://accounts.google.com", .responseIssuerMismatch), (issuer("x"), .responseIssuerMismatch),
            (issuer(tenant) + "/", .responseIssuerMismatch), ("", .responseIssuerMismatch),
        ] as [(String, ErrorCode?)])
    func issuerOfTheResponse(issuer: String, refusal: ErrorCode?) throws {
        let found = try Self.refusal(issuer: Self.issuer(Self.tenant), tenant: Self.text(Self.tenant)) {
            $0 + [.init("iss", Text(issuer))]
        }
        #expect(found == refusal)
    }

    /// Two tenants may have the same sub; the issuer tells their users apart.
    @Test func sameSubjectInTwoTenants() throws {
        let users = try [Self.tenant, Self.other].map { tenant in
            let provider = RecordedProvider(
                metadataURL: "\(PresetLoginTests.microsoft)common/v2.0\(PresetLoginTests.wellKnown)",
                metadata: try RecordedProvider.metadata("microsoft-common"), issuer: Text(Self.issuer(tenant)))
            provider.claims["tid"] = Self.text(tenant)
            return try PresetSite("provider = \"microsoft\"\(PresetLoginTests.secret)", provider).login().get()
        }
        #expect(users[0]["sub"] == users[1]["sub"] && users[0]["iss"] != users[1]["iss"])
    }
}
