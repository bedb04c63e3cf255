import Basics
import OpenIDConnect
import TestSupport
import Testing

/// team_id: Apple's client secret, which is made.
@Suite struct GeneratedSecretTests {
    static func section(_ lines: String) -> String {
        Sample.shared + "[auth.apple]\nprovider = \"apple\"\nclient_id = \"client\"\n" + lines
    }

    static func key(_ key: TestKey = .p256) -> String {
        "client_private_key = \"\"\"\n\(key.pem(.pkcs8).string)\"\"\"\n"
    }
    static let id = "client_private_key_id = \"KEY1234567\"\n"
    static let team = "team_id = \"ABCDE12345\"\n"

    @Test func isTaken() throws {
        let provider = try provider(Self.section(Self.team + Self.id + Self.key()))
        #expect(provider.client.authenticationMethod == .clientSecretPost && provider.client.secret == nil)
        #expect(provider.client.assertion.team == "ABCDE12345" && provider.client.assertion.keyID == "KEY1234567")
    }

    static let refusals: [(String, String)] = [
        (
            team + id,
            "s.toml:7:1: [auth.apple] team_id: requires client_private_key, which is missing; name its file, as in "
                + "{ file = \"AuthKey.p8\" }"
        ),
        (
            team + key(),
            "s.toml:7:1: [auth.apple] team_id: requires client_private_key_id, which is missing; Apple shows it next to the key"
        ),
        (
            "team_id = \"ABC\"\n" + id + key(),
            "s.toml:7:1: [auth.apple] team_id: must be the id of the team at Apple, 10 letters and digits"
        ),
        (
            team + id + key() + "client_secret = \"s\"",
            "s.toml:7:1: [auth.apple] team_id: generates the client secret, so client_secret is redundant; remove one of the two"
        ),
        (
            id + team + key(.p384),
            "s.toml:9:1: [auth.apple] client_private_key: does not support ES256, which team_id requires; use the key made at Apple"
        ),
        (
            team + id + key() + "token_endpoint_auth_method = \"private_key_jwt\"",
            "must be client_secret_post with team_id, or remove it"
        ),
    ]

    @Test(arguments: refusals) func isRefused(lines: String, problem: String) throws {
        let problems = try problems(Self.section(lines))
        #expect(problems.contains { $0.hasSuffix(problem) }, "\(problems)")
    }
}
