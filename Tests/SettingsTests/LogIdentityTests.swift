import Basics
import JSON
import OpenIDConnect
import Settings
import Testing

@Suite struct LogIdentityTests {
    /// A provider may repeat what it was sent.
    @Test func secretInAClaim() {
        let secrets = SentSecrets()
        secrets.add("a-secret-of-this-login")
        let claims: JSONObject = ["sub": "a-secret-of-this-login", "email": "a-secret-of-this-login@example.com"]
        #expect(LogIdentity.email.user(claims, secrets) == "[hidden]@example.com")
        #expect(LogIdentity.subject.user(claims, secrets) == "[hidden]")
    }

    @Test func nobody() {
        for identity in LogIdentity.allCases { #expect(identity.user(["email": "a@example.com"]) == nil) }
    }

    /// The same subject of another issuer is another user.
    @Test func hashesDiffer() {
        let users: [JSONObject] = [
            ["iss": "https://a.example", "sub": "1"], ["iss": "https://b.example", "sub": "1"],
            ["iss": "https://a.example", "sub": "2"], ["iss": "https://a.example 1", "sub": ""],
        ]
        let names = users.map { LogIdentity.hash.user($0) }
        #expect(Set(names.map { $0?.string }).count == users.count && !names.contains(nil))
    }
}
