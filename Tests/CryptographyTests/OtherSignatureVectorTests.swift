import Basics
import Cryptography
import Testing

/// RFC 8032 7.4, which RFC 8037 has no example of; curves that others do not have.
@Suite struct OtherSignatureVectorTests {
    static let ed448 = hex(
        """
        5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe8256180
        """)

    @Test("RFC 8032 7.4, blank")
    func blankMessage() throws {
        let signature = hex(
            """
            533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd
            3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff
            2e652600
            """)
        let key = try #require(PublicKey.ed448(Self.ed448))
        #expect(key.verify(signature, over: [], scheme: .edDSA))
        #expect(!key.verify(signature.flipping(bit: 0, ofByte: 0), over: [], scheme: .edDSA))
        #expect(!key.verify(signature, over: [0], scheme: .edDSA))
        #expect(!key.verify(signature + [0], over: [], scheme: .edDSA))
    }

    /// The four points with both signs, and unreduced, as OpenSSL does not read them.
    @Test(
        "RFC 8032 5.2.7: points of small order verify anything",
        arguments: [
            [UInt8](0, times: 57), [1] + [UInt8](0, times: 56),
            [0xFE] + [UInt8](0xFF, times: 27) + [0xFE] + [UInt8](0xFF, times: 27) + [0],
        ])
    func smallOrderIsRefused(point: [UInt8]) {
        #expect(PublicKey.ed448(point) == nil)
        #expect(PublicKey.ed448(point.flipping(bit: 7, ofByte: 56)) == nil)
    }

    @Test func ed448KeyHas57Bytes() {
        #expect(PublicKey.ed448(Self.ed448)?.kind == .ed448)
        for other in [[], Self.ed448.dropLast(), Self.ed448 + [0], [UInt8](1, times: 32)] as [[UInt8]] {
            #expect(PublicKey.ed448(other) == nil)
        }
    }

    /// Made with joserfc 1.8.0: jws.serialize_compact({"alg": "ES256K"}, claims, key).
    @Test("RFC 8812 3.2, ES256K")
    func es256K() throws {
        let bytes = { (text: Text) in try #require(Base64URL.decode(text)) }
        let key = try #require(
            PublicKey.ec(
                .secp256k1, x: bytes("nYJ3KjrAhWNt6pZn34L8y7Mg7k7q05OFtMrjOHW2N-c"),
                y: bytes("Zlo6MmRg0kHaqKskljdJFN9T3rC4_O8sFVCcPnAGGx0")))
        let signature = try bytes(
            "L7Fen7FiHdzq4GNCQcG1QT79nxlSnC3mlleW3PhviBzXfKVq_IMSjER2tgSH2NswRfl3mmwsVD81VsoyjRXOqg")
        let input: Text = "eyJhbGciOiJFUzI1NksifQ.eyJzdWIiOiIyNDgyODk3NjEwMDEifQ"
        #expect(key.verify(signature, over: input.bytes, scheme: .ecdsa(.sha256)))
        #expect(!key.verify(signature, over: input.bytes + [0], scheme: .ecdsa(.sha256)))
    }
}
