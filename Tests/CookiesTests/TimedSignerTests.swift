import Basics
import Cookies
import Cryptography
import TestSupport
import Testing

/// Texts as Python's itsdangerous signs them.
@Suite struct TimedSignerTests {
    private static let secret = "5f2d9c81b04e7a36d8c1f0927be45a6318c7d2e09fab4b6d"
    private static let time: Int64 = 1_795_000_000
    private static let name: Text = "n"

    private func signer(_ secrets: String...) -> TimedSigner {
        TimedSigner(secrets: (secrets.isEmpty ? [Self.secret] : secrets).map { Secret(Text($0)) })
    }

    private func text(_ value: String, _ name: Text = name) -> String? {
        signer().verify(Array(value.utf8)[...], cookie: name)?.text.string
    }

    /// Values of itsdangerous 2.2.0 with a fixed clock: URLSafeTimedSerializer(secret, salt="n").dumps(text).
    struct Known: Sendable {
        let text: String
        let value: String
        var time = TimedSignerTests.time
        var secret = TimedSignerTests.secret
    }

    static let known: [Known] = [
        Known(text: "x", value: "Ingi.av2GwA.6HfLVJRZ1nCcaUi054yz5Y0I0-U"),
        Known(text: "", value: "IiI.av2GwA.pDR_czmxP9nLwqOoqEWrnGOHcJs"),
        Known(
            text: "K\u{212A} \"\\/é\u{1}", value: "IkvihKogXCJcXC_DqVx1MDAwMSI.av2GwA.S3PrDnYvWgcOGucu2B66vsH53rE"),
        Known(text: String(repeating: "a", count: 40), value: ".eJxTSiQSKAEAS8sPbQ.av2GwA.pPQL-bYBLtzMYEYbTlNpA6R3TEk"),
        Known(text: "x", value: "Ingi.AQ.vd4Mo8lDybkhY0PQNmkdqae3H20", time: 1),
        Known(
            text: "x", value: "Ingi.av2GwA.yWhWdcpdR_7ixuHViwA-H_AXpj4", secret: "gehëim-ñ-secret-of-bytes-☃"),
    ]

    @Test(arguments: known) func knownValue(_ known: Known) throws {
        let signer = signer(known.secret)
        let expected = TimedSigner.Signed(text: Text(known.text), time: known.time)
        #expect(signer.verify(Array(known.value.utf8)[...], cookie: Self.name) == expected)
        // What compression gives may differ from one zlib to the next.
        let signed = try signer.sign(Text(known.text), cookie: Self.name, time: known.time)
        #expect(signed.string == known.value || known.value.hasPrefix("."))
        #expect(signed.bytes.first == known.value.utf8.first)
    }

    /// Each character, each length.
    @Test(arguments: [known[0], known[3]]) func changedValue(_ known: Known) {
        let value = Array(known.value.utf8)
        for index in value.indices {
            for other: UInt8 in [0x41, 0x2E, 0x7A, 0xFF] where other != value[index] {
                var changed = value
                changed[index] = other
                #expect(signer().verify(changed[...], cookie: Self.name) == nil, "\(other) at \(index)")
            }
            #expect(signer().verify(value[..<index], cookie: Self.name) == nil)
            #expect(signer().verify(value[(index + 1)...], cookie: Self.name) == nil)
        }
        for suffix in ["A", ".", "=", "==", " "] { #expect(text(known.value + suffix) == nil) }
    }

    @Test(arguments: ["", ".", "..", "...", "a", "a.b", "a.b.c", ".av2GwA.6HfLVJRZ1nCcaUi054yz5Y0I0-U", "Ingi.av2GwA."])
    func noValue(value: String) {
        #expect(text(value) == nil)
    }

    @Test func otherNameOrSecret() {
        let value = Self.known[0].value
        for name: Text in ["", "N", "n_1", "nsigner", "m"] { #expect(text(value, name) == nil) }
        #expect(signer("another secret").verify(Array(value.utf8)[...], cookie: Self.name) == nil)
        #expect(signer(Self.secret + " ").verify(Array(value.utf8)[...], cookie: Self.name) == nil)
    }

    /// The first signs, any verifies; without one, nothing does.
    @Test func rotatedSecrets() throws {
        let value = Array(Self.known[0].value.utf8)
        #expect(signer("newer", Self.secret).verify(value[...], cookie: Self.name)?.text == "x")
        #expect(signer("newer", "other").verify(value[...], cookie: Self.name) == nil)
        let newer = try signer("newer", Self.secret).sign("x", cookie: Self.name, time: Self.time)
        #expect(newer.string != Self.known[0].value)
        #expect(signer("newer").verify(newer.bytes[...], cookie: Self.name)?.text == "x")
        #expect(TimedSigner(secrets: []).verify(value[...], cookie: Self.name) == nil)
        #expect(try refusal { try TimedSigner(secrets: []).sign("x", cookie: "n", time: 1) } == .internalError)
    }

    /// Well signed, and not what a text looks like: Python's signer over these payloads, salt "n".
    @Test(arguments: [
        // {"a":1}, [1], 12, "a" "b", nothing, no base64url, no zlib data, "a" compressed and cut
        "eyJhIjoxfQ", "WzFd", "MTI", "ImEiICJiIg", "", "a+b/", ".AAAA", ".eJxTSlQCAAE",
    ])
    func strangePayload(payload: String) throws {
        #expect(text(try sign("\(payload).av2GwA")) == nil)
    }

    /// The same for the time: absent, not base64url, eight bytes.
    @Test(arguments: ["Ingi", "Ingi.=", "Ingi.a+", "Ingi.AAAAAAAAAAE", "Ingi.f_________8"])
    func strangeTime(signed: String) throws {
        #expect(text(try sign(signed)) == nil)
    }

    @Test func strangePartsAreWellSigned() throws {
        #expect(text(try sign("Ingi.av2GwA")) == "x")
    }

    private func sign(_ signed: String) throws -> String {
        let key = try Digest.sha1.hash(Array("nsigner\(Self.secret)".utf8))
        let signature = try Digest.sha1.authenticate(Array(signed.utf8), key: Secret(key))
        return "\(signed).\(Base64URL.encode(signature).string)"
    }

    /// A little cookie that would be a megabyte.
    @Test func bomb() throws {
        let longest = TimedSigner.longestPayload - 2
        for (length, isRead) in [(longest, true), (longest + 1, false), (1_000_000, false)] {
            let plain = Text(wellFormed: [UInt8](repeating: 0x61, count: length))
            let value = try signer().sign(plain, cookie: Self.name, time: Self.time)
            #expect(value.count < 2000)
            #expect((signer().verify(value.bytes[...], cookie: Self.name)?.text == plain) == isRead)
        }
    }
}
