import Basics
import COpenSSL
import Cryptography
import Testing

/// What JWE decrypts with.
@Suite struct AESTests {
    private func bytes(_ secret: Secret?) -> [UInt8]? {
        secret.map { secret in unsafe secret.withBytes { unsafe Array($0) } }
    }

    static let wrapped: [(String, String, String)] = [
        (
            "000102030405060708090A0B0C0D0E0F", "00112233445566778899AABBCCDDEEFF",
            "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5"
        ),
        (
            "000102030405060708090A0B0C0D0E0F1011121314151617", "00112233445566778899AABBCCDDEEFF",
            "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "00112233445566778899AABBCCDDEEFF",
            "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7"
        ),
        (
            "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
            "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F",
            "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
        ),
    ]

    @Test("RFC 3394 4.1, 4.2, 4.3, 4.6", arguments: wrapped)
    func wrappedKeyIsUnwrapped(key: String, data: String, wrapped: String) {
        let (key, wrapped) = (Secret(hex(key)), hex(wrapped))
        #expect(bytes(AES.unwrap(wrapped, key: key)) == hex(data))
        ERR_clear_error()
        for index in wrapped.indices {
            #expect(bytes(AES.unwrap(wrapped.flipping(bit: index % 8, ofByte: index), key: key)) == nil)
        }
        for other in [[], wrapped.dropLast(), wrapped.dropLast(8), wrapped + [0], wrapped + [UInt8](0, times: 8)]
            as [[UInt8]]
        {
            #expect(bytes(AES.unwrap(other, key: key)) == nil, "\(other.count)")
        }
        #expect(ERR_peek_error() == 0)
    }

    @Test(arguments: [0, 1, 15, 17, 31, 33, 64])
    func keyOfAnotherLengthIsRefused(length: Int) {
        let key = Secret([UInt8](0, times: length))
        let (tag, block) = ([UInt8](0, times: 16), [UInt8](0, times: 24))
        #expect(bytes(AES.unwrap(block, key: key)) == nil)
        let nonce = [UInt8](0, times: 12)
        #expect(AES.openGCM(block, nonce: nonce, tag: tag, associatedData: [], key: key) == nil)
        if length != 32 {
            #expect(AES.openCBC(block, nonce: tag, tag: tag, associatedData: [], key: key, digest: .sha256) == nil)
        }
    }

    static let plaintext = """
        41 20 63 69 70 68 65 72 20 73 79 73 74 65 6d 20 6d 75 73 74 20 6e 6f 74 20 62 65 20 72 65 71 75 69 72 65 64
        20 74 6f 20 62 65 20 73 65 63 72 65 74 2c 20 61 6e 64 20 69 74 20 6d 75 73 74 20 62 65 20 61 62 6c 65 20 74
        6f 20 66 61 6c 6c 20 69 6e 74 6f 20 74 68 65 20 68 61 6e 64 73 20 6f 66 20 74 68 65 20 65 6e 65 6d 79 20 77
        69 74 68 6f 75 74 20 69 6e 63 6f 6e 76 65 6e 69 65 6e 63 65
        """

    @Test("RFC 7518 B.1")
    func aes128CBC() throws {
        ERR_clear_error()
        let key = Secret((0..<32).map { UInt8($0) })
        let nonce = hex("1af38c2dc2b96ffdd86694092341bc04")
        let associatedData = Array("The second principle of Auguste Kerckhoffs".utf8)
        let ciphertext = hex(
            """
            c8 0e df a3 2d df 39 d5 ef 00 c0 b4 68 83 42 79 a2 e4 6a 1b 80 49 f7 92 f7 6b fe 54 b9 03 a9 c9 a9 4a c9
            b4 7a d2 65 5c 5f 10 f9 ae f7 14 27 e2 fc 6f 9b 3f 39 9a 22 14 89 f1 63 62 c7 03 23 36 09 d4 5a c6 98 64
            e3 32 1c f8 29 35 ac 40 96 c8 6e 13 33 14 c5 40 19 e8 ca 79 80 df a4 b9 cf 1b 38 4c 48 6f 3a 54 c5 10 78
            15 8e e5 d7 9d e5 9f bd 34 d8 48 b3 d6 95 50 a6 76 46 34 44 27 ad e5 4b 88 51 ff b5 98 f7 f8 00 74 b9 47
            3c 82 e2 db
            """)
        let tag = hex("65 2c 3f a3 6b 0a 7c 5b 32 19 fa b3 a3 0b c1 c4")
        let open = { (ciphertext: [UInt8], tag: [UInt8], data: [UInt8]) in
            AES.openCBC(ciphertext, nonce: nonce, tag: tag, associatedData: data, key: key, digest: .sha256)
        }
        #expect(open(ciphertext, tag, associatedData) == hex(Self.plaintext.replacing("\n", with: "")))
        #expect(open(ciphertext, tag.flipping(bit: 0, ofByte: 15), associatedData) == nil)
        #expect(open(ciphertext.flipping(bit: 0, ofByte: 0), tag, associatedData) == nil)
        #expect(open(ciphertext, tag, associatedData + [0]) == nil)
        #expect(open(ciphertext, Array(tag.prefix(8)), associatedData) == nil)
        #expect(open(ciphertext, [], associatedData) == nil)
        #expect(ERR_peek_error() == 0)
    }

    /// Test cases 1 and 13 of the GCM specification: nothing is encrypted, or nothing but nothing is authenticated.
    @Test(
        "NIST SP 800-38D: an empty plaintext",
        arguments: [(16, "58e2fccefa7e3061367f1d57a4e7455a"), (32, "530f8afbc74536b9a963b4f1c4cb738b")])
    func emptyGCM(keyLength: Int, tag: String) {
        ERR_clear_error()
        let (key, nonce) = (Secret([UInt8](0, times: keyLength)), [UInt8](0, times: 12))
        #expect(AES.openGCM([], nonce: nonce, tag: hex(tag), associatedData: [], key: key) == [])
        let changed = hex(tag).flipping(bit: 0, ofByte: 0)
        #expect(AES.openGCM([], nonce: nonce, tag: changed, associatedData: [], key: key) == nil)
        #expect(AES.openGCM([], nonce: nonce, tag: Array(hex(tag).prefix(12)), associatedData: [], key: key) == nil)
        #expect(AES.openGCM([], nonce: nonce + [0], tag: hex(tag), associatedData: [], key: key) == nil)
        #expect(ERR_peek_error() == 0)
    }
}
