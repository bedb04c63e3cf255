import Basics
import JSON
import OpenIDConnect
import TestSupport
import Testing

/// A provider with an issuer for each tenant: what a token's "tid" may put into the issuer.
@Suite struct TenantIssuerTests {
    private static let template: Text = "https://login.example.com/{tenantid}/v2.0"
    private static let tenant: Text = "9122040d-6c67-4c5b-b112-36a304b66dad"

    private func refusal(tenant: JSON?, issuer: Text) throws -> ErrorCode? {
        var members = Sample.metadataMembers
        members["issuer"] = .string(Self.template)
        var judgement = try Judgement()
        judgement.metadata = try ProviderMetadata(validating: .json(members), issuer: Self.template)
        judgement.token.change(claims: ["iss": .string(issuer), "tid": tenant ?? .null])
        return try judgement.refusalCode()
    }

    private func issuer(of tenant: Text) -> Text { Self.template.replacing("{tenantid}", with: tenant) }

    @Test func tenantsOwnIssuer() throws {
        #expect(try refusal(tenant: .string(Self.tenant), issuer: issuer(of: Self.tenant)) == nil)
    }

    @Test(
        "no tenant's id, though the issuer fits",
        arguments: [
            "", "evil", "9122040D-6C67-4C5B-B112-36A304B66DAD", "9122040d-6c67-4c5b-b112-36a304b66dad/..", "{tenantid}",
            "9122040d-6c67-4c5b-b112-36a304b66da", "9122040d6c674c5bb11236a304b66dad",
        ] as [Text])
    func noGUID(tenant: Text) throws {
        #expect(try refusal(tenant: .string(tenant), issuer: issuer(of: tenant)) == .idTokenIssuerMismatch)
    }

    @Test func withoutTenant() throws {
        #expect(try refusal(tenant: nil, issuer: issuer(of: Self.tenant)) == .idTokenIssuerMismatch)
    }
}
