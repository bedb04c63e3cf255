import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// What the application learns of a user.
@Suite struct UserJSONTests {
    private func user(_ claims: JSONObject, _ shared: String = "") throws -> JSONObject {
        let site = try Site(shared)
        for claim in claims.members { site.google.user[claim.name] = claim.value }
        return try Browser(site).login().user()
    }

    /// No claim takes the place of what the library says.
    @Test func reservedNames() throws {
        let user = try user(
            ["is_logged_in": false, "provider": "evil", "protocol": "oauth2"],
            #"session_claims = ["is_logged_in", "provider", "protocol"]"#)
        #expect(user["is_logged_in"] == true)
        #expect(user["protocol"] == nil)
        #expect(user["provider"] == "google")
        #expect(user.members.map(\.name).prefix(2) == ["is_logged_in", "provider"])
    }

    @Test func protocolClaimsAreLeftOut() throws {
        let names: [Text] = ["aud", "exp", "iat", "nonce", "nbf", "jti", "azp", "at_hash", "c_hash", "s_hash"]
        let user = try user(["nbf": 1, "jti": "j", "azp": "google-client", "c_hash": "c", "s_hash": "s"])
        for name in names { #expect(user[name] == nil) }
    }

    @Test func sessionClaims() throws {
        let user = try user(
            ["department": "R&D", "phone": "1"], #"session_claims = ["email", "department", "absent"]"#)
        #expect(
            user.members.map(\.name.string).sorted() == [
                "department", "email", "is_logged_in", "iss", "provider", "sub",
            ])
    }

    /// Each kind of value comes through as it was sent.
    @Test(
        arguments: [
            true, false, 0, -1, 9_007_199_254_740_993, 1.5, "", "Ünï🦊\"\\/\u{1}\u{2028}</script>",
            [1, [2, []]],
            ["a": ["b": .null]],
        ] as [JSON])
    func values(value: JSON) throws {
        #expect(try user(["x": value])["x"] == value)
    }

    @Test func null() throws {
        #expect(try user(["x": .null]).members.contains { $0.name == "x" && $0.value == .null })
    }
}
