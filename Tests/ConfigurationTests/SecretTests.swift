import Basics
import Testing

@testable import Configuration

/// Which cookie secrets are taken, and that none is ever shown.
@Suite struct SecretTests {
    @Test(arguments: [
        Sample.cookieSecret, "Zm9vYmFyYmF6cXV4MTIzNDU2", "correct horse battery staple!", "пароль-длинный-и-тайный",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ])
    func strongSecretsAreTaken(secret: String) {
        #expect(SecretStrength.weakness(of: Text(secret)) == nil)
    }

    static let weak: [(String, Text)] = [
        ("", "is empty"),
        ("xxx", "is a well-known sample text"),
        ("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX", "is a well-known sample text"),
        ("<change-me>-9f86d081884c7d659a2f", "is a well-known sample text"),
        ("your-secret-goes-here-please", "is a well-known sample text"),
        ("My_Cookie_Secret_2026_abcdef", "is a well-known sample text"),
        ("$(openssl rand -hex 32)", "is a well-known sample text"),
        ("9f86d081884c7d659a2fe", "is too short; it must have at least 22 characters"),
        ("тайный-тайный-тайный", "is too short; it must have at least 22 characters"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "has fewer than 8 different characters"),
        ("abcabcdabcdeabcdefabcabcab", "has fewer than 8 different characters"),
        ("9f86d0818x9f86d0818x9f86d0818x", "repeats itself"),
        ("abcdefghijklmnopqrstuvwxyz", "is a sequence of neighbouring characters"),
        ("zyxwvutsrqponmlkjihgfedcba0", "is a sequence of neighbouring characters"),
        ("0123456789abcdefghijkl", "is a sequence of neighbouring characters"),
    ]

    @Test(arguments: weak) func weakSecretsAreRefused(secret: String, sentence: Text) throws {
        #expect(SecretStrength.weakness(of: Text(secret)) == sentence)
        let problems = try problems(
            "[auth]\nredirect_uri = \"https://app.example.com/cb\"\ncookie_secret = \"\(secret)\"\n" + Sample.provider)
        #expect(
            problems == ["s.toml:3:1: [auth] cookie_secret: \(sentence.string); make one with: openssl rand -hex 32"])
    }

    @Test func ringOfSecrets() throws {
        let other = "Q29va2llIGtleSByb3RhdGlvbiBpcyBlYXN5"
        let ring = Sample.complete.replacing(
            "\"\(Sample.cookieSecret)\"", with: "[\"\(other)\", \"\(Sample.cookieSecret)\"]")
        #expect(try settings(ring).cookieSecrets.map { $0.text } == [other, Sample.cookieSecret])
    }

    @Test func weakSecretInARingIsNamedByItsNumber() throws {
        let ring = Sample.complete.replacing(
            "\"\(Sample.cookieSecret)\"", with: "[\"\(Sample.cookieSecret)\", \"hunter2\", \"\(Sample.cookieSecret)\"]")
        #expect(
            try problems(ring) == [
                "s.toml:3:1: [auth] cookie_secret: number 2 is too short; it must have at least 22 characters; "
                    + "make one with: openssl rand -hex 32",
                "s.toml:3:1: [auth] cookie_secret: number 3 occurs twice; remove one",
            ])
    }

    @Test func largeRingIsRefused() throws {
        let secrets = (10..<27).map { "\"\(Sample.cookieSecret)\($0)\"" }.joined(separator: ", ")
        let ring = Sample.complete.replacing("\"\(Sample.cookieSecret)\"", with: "[\(secrets)]")
        #expect(try problems(ring) == ["s.toml:3:1: [auth] cookie_secret: has more than 16 values; remove the oldest"])
    }

    /// Whatever is wrong with a secret, and whatever stands under another key in its stead.
    @Test(arguments: [
        "cookie_secret", "client_secret", "client_id", "server_metadata_url", "issuer", "redirect_uri", "ca_file",
        "http_proxy", "timeout", "session_lifetime", "port", "cookie_prefix", "login_path",
        "id_token_signed_response_alg", "token_endpoint_auth_method", "userinfo", "expose_tokens", "client_kwargs",
        "display_name", "logout", "post_logout_redirect_uri",
    ])
    func valueIsNeverShown(key: String) throws {
        let secret = "hunter2"
        for value in [
            "\"\(secret)\\n\"", "[\"\(secret)\", 5]", "{ env = [\"\(secret)\"] }", "{ \(secret) = \"\(secret) \" }",
        ] {
            let lines = Sample.complete.split(separator: "\n").filter { !$0.hasPrefix(key + " ") }
            let document = (lines + ["\(key) = \(value)"]).joined(separator: "\n")
            let problems = try problems(document)
            // A table of texts is what client_kwargs is.
            #expect(!problems.isEmpty || key == "client_kwargs")
            for line in problems { #expect(!line.contains(secret)) }
        }
    }
}
