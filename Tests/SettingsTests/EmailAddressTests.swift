import Basics
import Settings
import TestSupport
import Testing

/// Which texts are addresses at all. Everything else can equal no rule.
@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("ada@example.org", "ada@example.org", "example.org"), ("ADA@EXAMPLE.ORG", "ada@example.org", "example.org"),
        ("a.b+c_d-e@mail.example.org", "a.b+c_d-e@mail.example.org", "mail.example.org"),
        ("ada@xn--exmple-cua.org", "ada@xn--exmple-cua.org", "xn--exmple-cua.org"),
        ("!#$%&'*+-/=?^_`{|}~@a.b", "!#$%&'*+-/=?^_`{|}~@a.b", "a.b"),
    ])
    func address(text: String, normal: String, domain: String) throws {
        let address = try #require(EmailAddress(Text(text)))
        #expect(address.text.string == normal)
        #expect(address.domain.string == domain)
    }

    @Test(arguments: [
        "", "@", "ada", "ada@", "@example.org", "ada@evil@example.org", "ada@example.org@evil.com", "ada@@example.org",
        "\"ada@evil\"@example.org", "\"ada\"@example.org", "ada(x)@example.org", "Ada <ada@example.org>",
        "<ada@example.org>", "ada@example.org,eve@evil.com", "ada@example.org;x", "ada@example.org ",
        " ada@example.org",
        "ada @example.org", "ada@ example.org", "ada@example.org\n", "ada\t@example.org", "ada@example.org\0",
        "ada@example.org\u{0}.evil.com", "ada@example.org.", "ada@.example.org", "ada@example..org", "ada@org",
        "ada@-example.org", "ada@example-.org", "ada@exam_ple.org", "ada@[192.0.2.1]", "ada@example.org/x",
        "ada@example.org:25", "ada%example.org", "ad\u{430}@example.org", "ada@ex\u{430}mple.org",
        "ada@example\u{3002}org", "ada\u{FF20}example.org", "ada@example.org\u{200B}", "ada@\u{212A}.org",
        "ada@example.org\u{AD}", "\u{202E}ada@example.org", "ada@exämple.org",
    ])
    func noAddress(text: String) {
        #expect(EmailAddress(Text(text)) == nil)
    }

    @Test func lengths() {
        let local = { (count: Int) in Text(String(repeating: "a", count: count) + "@example.org") }
        #expect(EmailAddress(local(64)) != nil)
        #expect(EmailAddress(local(65)) == nil)
        let label = String(repeating: "b", count: 63)
        #expect(EmailAddress(Text("a@\(label).org")) != nil)
        #expect(EmailAddress(Text("a@\(label)b.org")) == nil)
        let domain = "\(label).\(label).\(label)."
        #expect(EmailAddress(Text("a@\(domain)\(String(repeating: "c", count: 60))")) != nil)
        #expect(EmailAddress(Text("a@\(domain)\(String(repeating: "c", count: 61))")) == nil)
    }
}
