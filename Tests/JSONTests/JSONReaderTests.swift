import JSON
import TestSupport
import Testing

@Suite struct JSONReaderTests {
    private func read(_ text: String) -> JSONObject? { JSONObject(parsing: Array(text.utf8)) }

    @Test(
        "RFC 8259 3: every kind of value",
        arguments: [
            ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-7", -7), ("1.5", 1.5),
            ("\"\"", ""),
            ("\"é\"", "é"), ("[]", []), ("{}", [:]), ("[1,[\"a\",null]]", [1, ["a", .null]]),
            ("{\"\":{\"b\":1}}", ["": ["b": 1]]),
        ] as [(String, JSON)])
    func valueIsRead(text: String, value: JSON) {
        #expect(read("{\"v\":\(text)}")?["v"] == value)
        #expect(read(" \t\r\n{ \"v\" :\n\(text) } \n")?["v"] == value)
    }

    /// Whoever asks for its value finds none; it is still written as it was read.
    @Test func nullCountsAsAbsent() throws {
        var object = try #require(read("{\"a\":null,\"b\":\"\",\"c\":[],\"d\":0}"))
        #expect(object["a"] == nil && object.has("a") && !object.has("e"))
        #expect(object.nonEmpty("a") == nil && object.nonEmpty("b") == nil && object.nonEmpty("c") == [])
        #expect(object.nonEmpty("d") == 0)
        #expect(object.encoded() == "{\"a\":null,\"b\":\"\",\"c\":[],\"d\":0}")
        object["a"] = .bool(true)
        #expect(object.members.count == 4 && object["a"] == .bool(true))
    }

    @Test(
        "RFC 8259 4: a name that occurs twice",
        arguments: [
            #"{"sub":1,"sub":1}"#, #"{"sub":1,"a":2,"sub":3}"#, #"{"sub":1,"\u0073ub":2}"#, #"{"":1,"":2}"#,
            #"{"a":{"b":1,"b":2}}"#, #"{"a":[{"b":1,"b":2}]}"#, #"{"é":1,"\u00e9":2}"#,
        ])
    func duplicateIsRefused(text: String) {
        #expect(read(text) == nil)
    }

    /// Different as bytes, equal as Swift's String.
    @Test func canonicallyEquivalentNamesAreTwo() throws {
        let object = try #require(read("{\"K\":1,\"\u{212A}\":2,\"\u{E9}\":3,\"e\u{301}\":4}"))
        #expect(object.members.map(\.value) == [1, 2, 3, 4])
        #expect(object["\u{212A}"] == 2)
    }

    @Test(
        "RFC 7519 7.2: the root is an object",
        arguments: [
            "", " ", "null", "true", "1", "\"a\"", "[]", "[{}]", "{", "}", "{}}", "{}{}", "{} x", "{},", "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{\"a\":1 \"b\":2}", "{\"a\":1;}", "{1:1}", "{\"a\":[1,]}",
            "{\"a\":[,1]}",
            "{\"a\":[1 2]}", "{\"a\":[}", "/**/{}", "{}//", "{\"a\":1/**/}", "{\"a\":tru}", "{\"a\":True}",
            "{\"a\":nul}",
            "{\"a\":undefined}", "{\"a\":\"", "{\"a\":\"\\\"}",
        ])
    func malformedIsRefused(text: String) {
        #expect(read(text) == nil)
    }

    @Test(
        "RFC 8259 6: not a number",
        arguments: [
            "NaN", "nan", "Infinity", "-Infinity", "inf", "+1", "01", "-01", "-", "1.", ".5", "1e", "1e+", "0x10",
            "1_000", "1,5",
            "--1", "1e400", "-1e400", "1e99999999999", "9223372036854775808", "-9223372036854775809",
            "123456789012345678901234567890",
        ])
    func numberIsRefused(text: String) {
        #expect(read("{\"v\":\(text)}") == nil)
    }

    @Test(
        arguments: [
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9007199254740993", .integer(9_007_199_254_740_993)), ("1e3", 1000.0), ("1E+3", 1000.0),
            ("1.5e-3", 0.0015),
            ("1e308", .real(1e308)), ("1e-400", 0.0), ("0.0", 0.0),
            ("9223372036854775808.0", .real(9_223_372_036_854_775_808)),
        ] as [(String, JSON)])
    func numberIsExact(text: String, value: JSON) {
        #expect(read("{\"v\":\(text)}")?["v"] == value)
    }

    @Test(
        "RFC 8259 8.1: UTF-8 without a byte order mark",
        arguments: [
            [0xEF, 0xBB, 0xBF] + Array("{}".utf8), Array("{}".utf8) + [0], [0] + Array("{}".utf8),
            [0x7B, 0, 0x7D, 0], [0, 0x7B, 0, 0x7D], [0xFF, 0xFE, 0x7B, 0, 0x7D, 0], [0xFE, 0xFF, 0, 0x7B, 0, 0x7D],
            [0x7B, 0, 0, 0, 0x7D, 0, 0, 0], [0x0B] + Array("{}".utf8), [0xC2, 0xA0] + Array("{}".utf8), [],
        ] as [[UInt8]])
    func otherEncodingIsRefused(bytes: [UInt8]) {
        #expect(JSONObject(parsing: bytes) == nil)
    }

    @Test(
        "RFC 3629 3: in a text and in a name",
        arguments: [
            [0x80], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xC3],
        ] as [[UInt8]])
    func malformedTextIsRefused(bytes: [UInt8]) {
        #expect(JSONObject(parsing: Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8)) == nil)
        #expect(JSONObject(parsing: Array("{\"".utf8) + bytes + Array("\":1}".utf8)) == nil)
    }

    @Test(
        "RFC 8259 7: escapes and control characters that are refused",
        arguments: [
            #"\ud800"#, #"\ud800x"#, #"\ud800\u0041"#, #"\ud800\ud800"#, #"\udc00"#, #"\udc00\ud800"#, #"\u0000"#,
            #"a\u0000b"#,
            #"\u12"#, #"\u12g4"#, #"\U0041"#, #"\x41"#, #"\'"#, #"\a"#, #"\0"#, "\n", "\t", "\0", "\u{1F}", "\u{1}",
        ])
    func escapeIsRefused(text: String) {
        #expect(read("{\"a\":\"\(text)\"}") == nil, "in a text")
        #expect(read("{\"\(text)\":1}") == nil, "in a name")
    }

    @Test(arguments: [
        (#"\ud83d\ude00"#, "😀"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"), (#"\u00E9\u00e9"#, "éé"),
        (#"\uFFFF\uFEFF"#, "\u{FFFF}\u{FEFF}"), (#"[[{{\"]]"#, "[[{{\"]]"), ("\u{7F}", "\u{7F}"), (#"\u0001"#, "\u{1}"),
    ])
    func escapeIsRead(text: String, value: String) {
        #expect(read("{\"a\":\"\(text)\"}")?["a"]?.text?.string == value)
    }

    @Test func orderIsKept() throws {
        let names = (0..<1000).map { "\(($0 * 7919) % 1000)" }
        let text = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try #require(read(text)).members.map(\.name.string) == names)
    }

    /// A name that a program in another language takes for something special is data.
    @Test func specialNamesAreData() throws {
        let object = try #require(read(#"{"__proto__":{"admin":true},"constructor":1,"":2}"#))
        #expect(object.members.count == 3)
        #expect(object["admin"] == nil)
    }
}
