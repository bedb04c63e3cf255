import Basics
import Configuration
import Settings
import TestSupport
import Testing

/// Parameters that are JSON: claims (OIDC Core 5.5) and authorization_details (RFC 9396).
@Suite struct ClaimsParameterTests {
    private static func sent(_ name: Text, _ table: String, _ more: String = "") throws -> [String] {
        try provider(AuthorizationParameterTests.with(table) + more).authorizationParameters.values(of: name).map(
            \.string)
    }

    @Test(arguments: [
        (
            "claims = { id_token = { acr = { essential = true, values = ['a', 'b'] }, email = {} } }",
            #"{"id_token":{"acr":{"essential":true,"values":["a","b"]},"email":{}}}"#
        ),
        (#"claims = '{ "userinfo": { "email": null } }'"#, #"{"userinfo":{"email":null}}"#),
        (
            "claims = { userinfo = {}, id_token = { x = { value = 1 } } }",
            #"{"userinfo":{},"id_token":{"x":{"value":1}}}"#
        ),
    ])
    func claims(table: String, json: String) throws {
        #expect(try Self.sent("claims", table) == [json])
    }

    @Test func authorizationDetails() throws {
        let details = "authorization_details = [{ type = 'payment', actions = ['pay'], amount = { value = 1.5 } }]"
        #expect(
            try Self.sent("authorization_details", details) == [
                #"[{"type":"payment","actions":["pay"],"amount":{"value":1.5}}]"#
            ])
        #expect(
            try Self.sent("authorization_details", #"authorization_details = '[{"type":"a"}]'"#) == [#"[{"type":"a"}]"#]
        )
    }

    /// What is asked for as essential is what the ID token is held to.
    @Test(
        arguments: [
            ("acr = { essential = true, values = ['a', 'b'] }", ["a", "b"], false),
            ("acr = { essential = true, value = 'a' }", ["a"], false),
            ("acr = { values = ['a'] }", [], false), ("acr = { essential = false, values = ['a'] }", [], false),
            ("acr = { essential = true }", [], false), ("auth_time = { essential = true }", [], true),
            ("auth_time = {}", [], false),
        ] as [(String, [Text], Bool)])
    func essentialClaims(requests: String, contexts: [Text], authenticationTime: Bool) throws {
        let settings = try provider(AuthorizationParameterTests.with("claims = { id_token = { \(requests) } }"))
            .client.authorization
        #expect(settings.requiredContexts == contexts)
        #expect(settings.requiresAuthenticationTime == authenticationTime)
    }

    /// OIDC Core 5.5.1.1. Beside other claims that are asked for.
    @Test func requiredContexts() throws {
        let key = "required_acr_values = ['a', 'urn:b']"
        #expect(try provider(Sample.complete + key).client.authorization.requiredContexts == ["a", "urn:b"])
        #expect(try Self.sent("acr_values", "prompt = ''", key) == ["a urn:b"])
        #expect(
            try Self.sent("claims", "claims = { id_token = { email = {} } }", key) == [
                #"{"id_token":{"email":{},"acr":{"essential":true,"values":["a","urn:b"]}}}"#
            ])
    }

    private static let shape =
        "claims: must be a table with id_token, userinfo or both, such as { id_token = { acr = {} } }"
    private static func request(_ name: String) -> String {
        "claims: \(name) must be a table of claims, each {} or with essential, value or values, such as "
            + "{ email = { essential = true } }"
    }
    private static let details =
        "authorization_details: must be a list of tables, each with a type, such as [{ type = \"account_information\" }]"

    static let refusals: [(String, String)] = [
        ("claims = 1", shape), ("claims = []", shape), ("claims = {}", shape), ("claims = { email = {} }", shape),
        ("claims = 'x'", "claims: is not valid JSON; write it as a TOML table, or fix the JSON"),
        ("claims = ''", "claims: is not valid JSON; write it as a TOML table, or fix the JSON"),
        ("claims = '[]'", shape),
        ("claims = { id_token = 1 }", request("id_token")), ("claims = { id_token = { a = 1 } }", request("id_token")),
        ("claims = { userinfo = { a = { essential = 'yes' } } }", request("userinfo")),
        ("claims = { userinfo = { a = { values = 'x' } } }", request("userinfo")),
        ("claims = { userinfo = { a = { values = [] } } }", request("userinfo")),
        (
            "claims = { id_token = { acr = { essential = true, value = 2 } } }",
            "claims: requests an acr that is not text"
        ),
        (
            "claims = { id_token = { a = { value = 2026-11-24 } } }",
            "claims: contains a date, a time or a number that JSON does not support; put it in double quotes"
        ),
        (
            "claims = { id_token = { a = { value = nan } } }",
            "claims: contains a date, a time or a number that JSON does not support; put it in double quotes"
        ),
        (
            "claims = { id_token = { a = { value = '\(String(repeating: "x", count: 4096))' } } }",
            "claims: is longer than 4 KiB as JSON, too long for a URL"
        ),
        ("authorization_details = {}", details), ("authorization_details = []", details),
        ("authorization_details = [1]", details), ("authorization_details = [{ a = 1 }]", details),
        ("authorization_details = [{ type = '' }]", details), ("authorization_details = 'null'", details),
    ]

    @Test(arguments: refusals) func valueIsRefused(table: String, problem: String) throws {
        #expect(
            try problems(AuthorizationParameterTests.with(table)) == ["s.toml:7:19: [auth.client_kwargs] \(problem)"])
    }
}
