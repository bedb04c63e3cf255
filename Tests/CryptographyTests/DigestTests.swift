import Basics
import Cryptography
import TestSupport
import Testing

@Suite struct DigestTests {
    static let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

    @Test(
        "FIPS 180-4 examples",
        arguments: [
            (.sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (.sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (.sha256, twoBlocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
            (
                .sha384, "abc",
                """
                cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed
                8086072ba1e7cc2358baeca134c825a7
                """
            ),
            (
                .sha512, "abc",
                """
                ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a
                2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f
                """
            ),
        ] as [(Digest, String, String)])
    func hash(digest: Digest, message: String, expected: String) throws {
        #expect(try digest.hash(Array(message.utf8)) == hex(expected))
    }

    struct MAC {
        let key: [UInt8]
        let message: [UInt8]
        let sha256, sha384, sha512: String
    }

    /// Cases 1 to 3 and 6: a short key, a key of less than a block, long data, a key of more than a block.
    static let macs = [
        MAC(
            key: [UInt8](0x0B, times: 20), message: Array("Hi There".utf8),
            sha256: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            sha384: """
                afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c
                faea9ea9076ede7f4af152e8b2fa9cb6
                """,
            sha512: """
                87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde
                daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854
                """),
        MAC(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            sha256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            sha384: """
                af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e
                8e2240ca5e69e2c78b3239ecfab21649
                """,
            sha512: """
                164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554
                9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737
                """),
        MAC(
            key: [UInt8](0xAA, times: 20), message: [UInt8](0xDD, times: 50),
            sha256: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            sha384: """
                88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b
                2a5ab39dc13814b94e3ab6e101a34f27
                """,
            sha512: """
                fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39
                bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb
                """),
        MAC(
            key: [UInt8](0xAA, times: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            sha256: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            sha384: """
                4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c6
                0c2ef6ab4030fe8296248df163f44952
                """,
            sha512: """
                80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352
                6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598
                """),
    ]

    @Test("RFC 4231 4", arguments: macs)
    func authentication(mac: MAC) throws {
        let key = Secret(mac.key)
        #expect(try Digest.sha256.authenticate(mac.message, key: key) == hex(mac.sha256))
        #expect(try Digest.sha384.authenticate(mac.message, key: key) == hex(mac.sha384))
        #expect(try Digest.sha512.authenticate(mac.message, key: key) == hex(mac.sha512))
    }

    @Test func nothingIsAuthenticatedToo() throws {
        let expected = hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        #expect(try Digest.sha256.authenticate([], key: Secret([UInt8]())) == expected)
    }

    @Test(
        arguments: [
            ([], [], true), ([1], [1], true), ([1, 2], [1, 2], true), ([1], [], false), ([], [1], false),
            ([1, 2], [1], false),
            ([1, 2], [1, 3], false), ([1, 2], [0, 2], false), ([0], [0x80], false), ([0], [0, 0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func comparison(first: [UInt8], second: [UInt8], areEqual: Bool) {
        #expect(isEqualInConstantTime(first, second) == areEqual)
    }

    @Test(
        "RFC 4648 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FF}\u{3FF}", "z7/Pv8+/"),
            (String(repeating: "A", count: 60), String(repeating: "QUFB", count: 20)),
        ])
    func base64(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)).string == encoded)
    }
}
