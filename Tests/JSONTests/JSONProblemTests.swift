import Basics
import JSON
import TestSupport
import Testing

/// What is said of bytes that are no JSON of ours.
@Suite struct JSONProblemTests {
    private func problem(_ bytes: [UInt8]) -> JSONProblem? {
        do throws(JSONProblem) { _ = try JSONObject(reading: bytes) } catch { return error }
        return nil
    }

    /// jansson takes the byte for the end of the number or literal before it.
    @Test(arguments: [
        "{\"a\":1\0}", "{\"a\":-1.5\0}", "{\"a\":1e3\0}", "{\"a\":true\0}", "{\"a\":false\0}", "{\"a\":null\0}",
        "{\"a\":[1\0]}",
        "{\"a\":[1\0,2]}", "{\"a\":[null\0\0,2]}", "{\"a\":{\"b\":1\0}}", "{\0\"a\":1}", "{\"a\"\0:1}", "{\"a\":\01}",
        "{\"a\":1}\0",
        "\0{\"a\":1}", "{\"a\":\"x\"\0}", "{\"a\":\"x\0\"}", "{\"a\":1,\0}", "{}\0junk", "{\"a\":1\0junk}",
    ])
    func nulByteIsNamed(text: String) {
        #expect(problem(Array(text.utf8)) == .nulByte)
    }

    /// Any value may be the whole text here, as in Streamlit's cookies.
    @Test(arguments: ["1\0", "true\0", "null\0", "\"a\"\0", "[1\0]", "1\0junk", "\0", "\01"])
    func nulByteIsRefusedInAnyValue(text: String) {
        #expect(JSON(parsing: Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            ("{\"a\":9223372036854775808}", .numberOutOfRange), ("{\"a\":-9223372036854775809}", .numberOutOfRange),
            ("{\"a\":1e309}", .numberOutOfRange), ("{\"a\":[-1e309]}", .numberOutOfRange),
            ("{\"a\":\"\\ud800\"}", .unpairedSurrogate), ("{\"a\":\"\\udc00\"}", .unpairedSurrogate),
            ("{\"a\":\"\\ud800\\u0041\"}", .unpairedSurrogate), ("{\"\\ud800\":1}", .unpairedSurrogate),
            ("{\"a\":\"\\u0000\"}", .nulCharacter), ("{\"\\u0000\":1}", .nulCharacter),
            ("\u{FEFF}{}", .byteOrderMark), ("{\"a\":1,\"a\":1}", .duplicateName), ("[]", .wrongKind),
            ("1", .wrongKind),
            ("", .malformed), ("{\"a\":", .malformed), ("<html>", .malformed), ("{\"a\":1}x", .malformed),
        ] as [(String, JSONProblem)])
    func causeIsNamed(text: String, expected: JSONProblem) {
        #expect(problem(Array(text.utf8)) == expected)
    }

    @Test func causeOfBytesAndShapesIsNamed() {
        #expect(problem(Array("{\"a\":\"".utf8) + [0x80] + Array("\"}".utf8)) == .malformedUTF8)
        #expect(problem(Array("{\"a\":\(String(repeating: "[", count: 65))".utf8)) == .tooDeep)
        let names = (0...JSONObject.mostMembers).map { "\"\($0)\":1" }.joined(separator: ",")
        #expect(problem(Array("{\"a\":{\(names)}}".utf8)) == .tooManyMembers)
    }

    /// What just fits is kept as it is.
    @Test(
        arguments: [
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1.7976931348623157e308", .real(1.7976931348623157e308)), ("\"\\ud83d\\ude00\"", "😀"),
            ("\"\\ufeff\"", "\u{FEFF}"),
        ] as [(String, JSON)])
    func extremeIsKept(text: String, value: JSON) throws {
        #expect(try JSONObject(reading: Array("{\"a\":\(text)}".utf8))["a"] == value)
    }
}
