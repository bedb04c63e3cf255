import Basics
import CBase64URL
import TestSupport
import Testing

@Suite struct Base64URLTests {
    static let vectors = [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("RFC 4648 10, without padding", arguments: vectors)
    func vector(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)).string == encoded)
        #expect(Base64URL.decode(Text(encoded)) == Array(plain.utf8))
    }

    @Test("RFC 7515 Appendix C")
    func alphabetIsSafeInURLs() {
        let bytes: [UInt8] = [3, 236, 255, 224, 193]
        #expect(Base64URL.encode(bytes) == "A-z_4ME")
        #expect(Base64URL.decode("A-z_4ME") == bytes)
    }

    @Test(
        "RFC 7515 2: no padding, white space or other characters",
        arguments: [
            "Zg==", "Zm8=", "Zg=", "=", "====", "Zm9v=", "A+z/4ME", "A+==", "Zm9v\n", "\nZm9v", "Zm 9v", " Zm9v",
            "Zm9v ",
            "Zm\r\n9v", "Zm9v\0", "\0\0", "Zm9\u{E9}", "Zm9v.", "Zm9v~", "Zm*v", "Zm9é", "Ｚg",
        ])
    func otherCharactersAreRefused(encoded: String) {
        #expect(Base64URL.decode(Text(encoded)) == nil)
    }

    @Test("RFC 4648 5: one character left over stands for nothing", arguments: ["Z", "Zm9vY", "AAAAAAAAA", "_"])
    func impossibleLengthIsRefused(encoded: String) {
        #expect(Base64URL.decode(Text(encoded)) == nil)
    }

    /// Of all last characters only those whose unused bits are zero are right.
    @Test("RFC 4648 3.5: unused bits are zero")
    func unusedBitsAreZero() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let twoLeft = alphabet.filter { Base64URL.decode([0x41, $0]) != nil }
        #expect(twoLeft == Array("AQgw".utf8))
        let threeLeft = alphabet.filter { Base64URL.decode([0x41, 0x41, $0]) != nil }
        #expect(threeLeft == Array("AEIMQUYcgkosw048".utf8))
    }

    /// Of 256 bytes only the 64 of the alphabet stand for something.
    @Test func everyOtherByteIsRefused() {
        let accepted = (UInt8.min...UInt8.max).filter { Base64URL.decode([0x41, 0x41, 0x41, $0]) != nil }
        #expect(accepted.count == 64)
        #expect(Set(accepted.compactMap { Base64URL.decode([0x41, 0x41, 0x41, $0]) }).count == 64)
    }

    @Test func everyLengthComesBack() {
        var generator = SystemRandomNumberGenerator()
        for length in 0...300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let encoded = Base64URL.encode(bytes)
            #expect(encoded.count == (length * 4 + 2) / 3)
            #expect(Base64URL.decode(encoded) == bytes, "\(bytes)")
        }
    }

    /// Of the two decoders, a processor uses only one.
    @Test func everyProcessorDecodesAlike() {
        let block = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for place in [0, 15, 16, 31, 32, 62, 63, 64, 65] {
            for byte in UInt8.min...UInt8.max {
                var text = block + [0x41, 0x41]
                text[place] = byte
                #expect(Base64URL.decode(text[...]) == decodePortably(text), "\(byte) at \(place)")
            }
        }
    }

    private func decodePortably(_ text: [UInt8]) -> [UInt8]? {
        let length = base64url_decoded_length(text.count)
        var bytes = [UInt8](repeating: 0, count: length + Int(BASE64URL_SLACK))
        guard unsafe base64url_decode_portably(text, text.count, &bytes) else { return nil }
        return Array(bytes.prefix(length))
    }

    @Test func sliceIsDecodedFromItsStart() {
        #expect(Base64URL.decode(Array("..Zm9v..".utf8)[2..<6]) == Array("foo".utf8))
    }
}
