import Basics
import JSON
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    @Test(
        arguments: [
            ([:], "{}"), (["": ""], #"{"":""}"#), (["b": 1, "a": -2], #"{"b":1,"a":-2}"#),
            (["v": [true, false, .null, [], [:]]], #"{"v":[true,false,null,[],{}]}"#),
            (["v": .integer(.min)], #"{"v":-9223372036854775808}"#),
            (["v": 1.0], #"{"v":1.0}"#), (["v": -0.5], #"{"v":-0.5}"#), (["é": "é😀/"], #"{"é":"é😀/"}"#),
        ] as [(JSONObject, String)])
    func isWrittenWithoutBlanks(object: JSONObject, text: String) {
        #expect(object.encoded()?.string == text)
    }

    @Test("RFC 8259 7: control characters are escaped")
    func controlCharactersAreEscaped() throws {
        for value in UInt32(0)..<0x20 {
            let character = String(try #require(Unicode.Scalar(value)))
            let encoded = try #require((["k\(character)": .string(Text(character))] as JSONObject).encoded())
            #expect(!encoded.hasControls, "\(value)")
            #expect(encoded.contains("\\"))
        }
        #expect((["v": "\"\\"] as JSONObject).encoded()?.string == #"{"v":"\"\\"}"#)
        #expect((["v": "\0"] as JSONObject).encoded()?.string == #"{"v":"\u0000"}"#)
    }

    @Test("RFC 8259 6", arguments: [Double.nan, .infinity, -.infinity])
    func whatIsNotFiniteIsNotWritten(number: Double) {
        #expect((["v": .real(number)] as JSONObject).encoded() == nil)
        #expect((["v": [["a": .real(number)]]] as JSONObject).encoded() == nil)
    }

    @Test(arguments: [
        0.1, 1e300, -1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1_795_426_392.9, 123_456_789.123_456_78,
    ])
    func realComesBack(number: Double) throws {
        let encoded = try #require((["v": .real(number)] as JSONObject).encoded())
        #expect(JSONObject(parsing: encoded.bytes)?["v"] == .real(number))
    }

    @Test func everythingComesBack() throws {
        let object: JSONObject = [
            "z": "\u{1}\u{1F}\"\\/\u{7F}é\u{2028}😀\u{FEFF}", "a": [1, 2.5, "", [:], [[]], .null], "\u{212A}": 1, "K": 2,
            "": true,
            "n\n": ["deep": ["deeper": .integer(.max)]],
        ]
        let encoded = try #require(object.encoded())
        #expect(JSONObject(parsing: encoded.bytes) == object)
    }
}
