import Basics
import TestSupport
import Testing

@Suite struct FormEncodingTests {
    @Test("RFC 6749 Appendix B")
    func exampleOfTheSpecification() {
        let text: Text = " %&+£€"
        #expect(FormEncoding.encode(text) == "+%25%26%2B%C2%A3%E2%82%AC")
        #expect(FormEncoding.decodeComponent("+%25%26%2B%C2%A3%E2%82%AC") == text)
    }

    /// Every ASCII character on its own: only RFC 3986's unreserved ones stay.
    @Test("RFC 3986 2.3")
    func onlyUnreservedStay() {
        for byte in UInt8(0)...0x7F {
            let text = Text(wellFormed: [byte])
            let encoded = FormEncoding.encode(text)
            let isUnreserved = "-._~".utf8.contains(byte) || Character(Unicode.Scalar(byte)).isASCIIAlphanumeric
            #expect((encoded == text) == isUnreserved, "\(byte)")
            #expect(FormEncoding.isUnreserved(byte) == isUnreserved, "\(byte)")
            #expect(FormEncoding.decodeComponent(encoded) == text)
        }
    }

    @Test(arguments: ["", "a:b%c+d&e f=Ü", "\0", "\r\n", "日本語", "%41", "++"])
    func whatIsEncodedComesBack(text: String) {
        let encoded = FormEncoding.encode(Text(text))
        #expect(encoded.isVisibleASCII)
        #expect(FormEncoding.decodeComponent(encoded) == Text(text))
    }

    @Test(arguments: [
        "%", "%4", "%4g", "%g1", "%%41", "%-1", "% 1", "%+1", "a%", "a%2", "%u0041",
        "%C3", "%C0%AF", "%ED%A0%80", "%FF", "%80", "%E2%82",
    ])
    func brokenEscapeIsRefused(text: String) {
        #expect(FormEncoding.decodeComponent(Text(text)) == nil)
        #expect(FormEncoding.decode(Text("a=1&b=\(text)")) == nil, "in a value")
        #expect(FormEncoding.decode(Text("\(text)=1")) == nil, "in a name")
    }

    @Test(
        arguments: [
            ("", []), ("&", []), ("a=1", [("a", "1")]), ("a", [("a", "")]), ("a=", [("a", "")]), ("=1", [("", "1")]),
            ("=", [("", "")]), ("a=1&&b=2&", [("a", "1"), ("b", "2")]), ("a=b=c", [("a", "b=c")]),
            ("a=1;b=2", [("a", "1;b=2")]), ("a+b=c+d", [("a b", "c d")]), ("%61=%3D%26", [("a", "=&")]),
            ("a=1&a=2", [("a", "1"), ("a", "2")]), ("A=%2f%2F", [("A", "//")]),
        ] as [(String, [(String, String)])])
    func fieldsAreRead(text: String, fields: [(String, String)]) {
        #expect(FormEncoding.decode(Text(text)) == fields.map { FormEncoding.Field(Text($0.0), Text($0.1)) })
    }

    @Test func fieldsAreWrittenInTheirOrder() {
        let fields = [FormEncoding.Field("b", "1 2"), FormEncoding.Field("a&", "=é"), FormEncoding.Field("b", "")]
        #expect(FormEncoding.encode(fields) == "b=1+2&a%26=%3D%C3%A9&b=")
        #expect(FormEncoding.decode(FormEncoding.encode(fields)) == fields)
        #expect(FormEncoding.encode([FormEncoding.Field]()) == "")
    }

    /// "+" in a query is a space to some and itself to others.
    @Test func spacesInQueries() {
        let fields = [FormEncoding.Field("scope", "openid email"), FormEncoding.Field("a b", "1+2")]
        let query = FormEncoding.encode(fields, inQueryAfter: "https://x/?a b", "&")
        #expect(query == "https://x/?a b&scope=openid%20email&a%20b=1%2B2")
        #expect(FormEncoding.encode(fields) == "scope=openid+email&a+b=1%2B2")
    }

    @Test func allValuesOfANameAreFound() throws {
        let fields = try #require(FormEncoding.decode("state=1&State=2&state=3&stat%65=4"))
        #expect(fields.values(of: "state") == ["1", "3", "4"])
        #expect(fields.values(of: "code").isEmpty)
    }
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}
