import Basics
import Foundation
import TestSupport
import Testing

/// Secrets are found however they are written, and nothing else is taken for one.
@Suite struct RedactionTests {
    private static let secret = #"p%C3%A4 s/s+w&r="d<'ö\1"#

    private func hide(_ text: String, _ secrets: String...) -> String {
        var redaction = Redaction()
        for secret in secrets { redaction.add(Text(secret)) }
        return redaction.hide(in: Text(text)).string
    }

    @Test func everythingElseStays() {
        #expect(hide("nothing to see", Self.secret) == "nothing to see")
        #expect(hide("", Self.secret) == "")
        #expect(hide("nothing to see") == "nothing to see")
        #expect(hide("before \(Self.secret) after", Self.secret) == "before [hidden] after")
        #expect(hide("0123456789abcdef,0123456789abcdef", "0123456789abcdef") == "[hidden],[hidden]")
    }

    @Test func spellings() throws {
        let bytes = Array(Self.secret.utf8)
        let json = try #require(String(data: JSONEncoder().encode(Self.secret), encoding: .utf8))
        let encoded = FormEncoding.encode(Text(Self.secret)).string
        let html = Self.secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
            "\"", with: "&quot;"
        )
        .replacing("'", with: "&#39;")
        let texts = [
            Self.secret, json, encoded, encoded.replacing("+", with: "%20"), html, Text(Self.secret).forMessage.string,
            encoded.replacing(#/%[0-9A-F]{2}/#) { $0.output.lowercased() }, Self.secret.uppercased(),
        ]
        for text in texts {
            let shown = hide("a \(text) b", Self.secret)
            #expect(shown.hasPrefix("a ") && shown.hasSuffix(" b") && shown.contains("[hidden]"))
            #expect(shown.count < 16, "\(shown)")
        }
        for offset in 0..<3 {
            let data = Data([UInt8](repeating: 0x41, count: offset) + bytes + Array("zz".utf8))
            let base64 = data.base64EncodedString()
            let url = Base64URL.encode(Array(data)).string
            for text in [base64, url] {
                let shown = hide(text, Self.secret)
                // Some characters at the ends depend on what stands beside the secret.
                #expect(shown.count < "[hidden]".count + 12, "\(shown)")
            }
        }
    }

    /// Of a long secret no eight characters are left, wherever the text is cut.
    @Test func partIsHidden() {
        let secret = "0123456789abcdefghijklmnopqrstuvwxyz"
        for count in 8...secret.count {
            #expect(hide("x \(secret.prefix(count))", secret) == "x [hidden]")
            #expect(hide("\(secret.suffix(count)) x", secret) == "[hidden] x")
        }
        #expect(hide("x \(secret.prefix(7))", secret) == "x 0123456")
    }

    /// Of a short one, no two thirds.
    @Test(arguments: [("abcdef", 6), ("abcdefgh", 6), ("abcdefghij", 7), ("abcdefghijkl", 8)])
    func partOfAShortSecretIsHidden(secret: String, least: Int) {
        #expect(hide("x \(secret.prefix(least))", secret) == "x [hidden]")
        #expect(hide("x \(secret.prefix(least - 1))", secret) == "x \(secret.prefix(least - 1))")
    }

    /// A secret of a few characters would take words apart.
    @Test(arguments: ["", "a", "code", "state"])
    func tooShortIsNoSecret(secret: String) {
        #expect(hide("the code and the state", secret) == "the code and the state")
    }

    @Test func longestTokens() {
        let token = String(repeating: "0123456789abcdefghijklmnopqrstuvwxyzABCDEF", count: 1500)
        #expect(hide("x \(token.prefix(150)) y", token) == "x [hidden] y")
    }
}
