import Basics
import COpenSSL
import Cryptography
import Dispatch
import Synchronization
import TestSupport
import Testing

/// https://c2sp.org/XAES-256-GCM
@Suite struct XAES256GCMTests {
    static let nonce = Array("ABCDEFGHIJKLMNOPQRSTUVWX".utf8)
    static let plaintext = Array("XAES-256-GCM".utf8)

    private func cipher(_ key: [UInt8] = [UInt8](3, times: 32)) throws -> XAES256GCM {
        try XAES256GCM(key: Secret(key))
    }

    /// The highest bit of L is 0 in the first, 1 in the second.
    @Test(
        "its test vectors",
        arguments: [
            (1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
            (3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"),
        ] as [(UInt8, String, String)])
    func vector(keyByte: UInt8, associatedData: String, expected: String) throws {
        let cipher = try cipher([UInt8](keyByte, times: 32))
        let associatedData = Array(associatedData.utf8)
        let sealed = try cipher.seal(Self.plaintext, nonce: Self.nonce, associatedData: associatedData)
        #expect(sealed == hex(expected))
        #expect(cipher.open(sealed[...], nonce: Self.nonce[...], associatedData: associatedData) == Self.plaintext)
    }

    @Test("its accumulated randomized test, 10 000 iterations")
    func accumulated() throws {
        var input = Reader(bytes: SHAKE128.squeeze(4_000_000, from: [])[...])
        #expect(input.bytes.starts(with: hex("7f9c2ba4e88f827d616045507605853e")))
        var sealed: [UInt8] = []
        for _ in 0..<10_000 {
            let cipher = try cipher(input.take(32))
            let nonce = input.take(24)
            let plaintext = input.take(Int(input.take(1)[0]))
            let associatedData = input.take(Int(input.take(1)[0]))
            let message = try cipher.seal(plaintext, nonce: nonce, associatedData: associatedData)
            guard cipher.open(message[...], nonce: nonce[...], associatedData: associatedData) == plaintext else {
                Issue.record("what was sealed does not open")
                return
            }
            sealed += message
        }
        let expected = hex("e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939")
        #expect(SHAKE128.squeeze(32, from: sealed) == expected)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 4096, 1 << 20])
    func everyLengthComesBack(length: Int) throws {
        let cipher = try cipher()
        let plaintext = [UInt8](0x5A, times: length)
        let sealed = try cipher.seal(plaintext, nonce: Self.nonce, associatedData: [1])
        #expect(sealed.count == length + 16)
        #expect(cipher.open(sealed[...], nonce: Self.nonce[...], associatedData: [1]) == plaintext)
    }

    @Test func everyFlippedBitIsSeen() throws {
        let cipher = try cipher()
        let sealed = try cipher.seal(Self.plaintext, nonce: Self.nonce, associatedData: [7])
        for bit in 0..<8 {
            for index in sealed.indices {
                let changed = sealed.flipping(bit: bit, ofByte: index)
                #expect(cipher.open(changed[...], nonce: Self.nonce[...], associatedData: [7]) == nil)
            }
            for index in Self.nonce.indices {
                let changed = Self.nonce.flipping(bit: bit, ofByte: index)
                #expect(cipher.open(sealed[...], nonce: changed[...], associatedData: [7]) == nil)
            }
        }
    }

    @Test func everyOtherLengthIsSeen() throws {
        let cipher = try cipher()
        let sealed = try cipher.seal(Self.plaintext, nonce: Self.nonce, associatedData: [])
        for length in 0..<sealed.count {
            #expect(cipher.open(sealed.prefix(length), nonce: Self.nonce[...], associatedData: []) == nil)
        }
        #expect(cipher.open((sealed + [0])[...], nonce: Self.nonce[...], associatedData: []) == nil)
        #expect(cipher.open(([0] + sealed)[...], nonce: Self.nonce[...], associatedData: []) == nil)
    }

    @Test func otherKeyOrAssociatedDataIsSeen() throws {
        let sealed = try cipher().seal(Self.plaintext, nonce: Self.nonce, associatedData: [1, 2])
        for associatedData in [[], [1], [1, 3], [1, 2, 0], [2, 1]] as [[UInt8]] {
            #expect(try cipher().open(sealed[...], nonce: Self.nonce[...], associatedData: associatedData) == nil)
        }
        for index in 0..<32 {
            let other = try cipher([UInt8](3, times: 32).flipping(bit: index % 8, ofByte: index))
            #expect(other.open(sealed[...], nonce: Self.nonce[...], associatedData: [1, 2]) == nil)
        }
    }

    /// A message has a nonce of 24 bytes and a tag of 16, from wherever it begins.
    @Test(arguments: [(0, 0), (39, 0), (40, 1), (40, -1), (40, 41), (64, 25), (64, Int.max), (64, Int.min)])
    func shortMessageIsRefused(length: Int, start: Int) throws {
        let cipher = try cipher()
        var message = [UInt8](0, times: length)
        #expect(try refusal { try cipher.seal(&message, from: start, associatedData: []) } == .internalError)
        #expect(!cipher.open(&message, from: start, associatedData: []))
        #expect(message == [UInt8](0, times: length))
    }

    /// What is before the message stays as it is.
    @Test func messageIsInPlace() throws {
        let cipher = try cipher()
        let head: [UInt8] = [1, 2, 3]
        var message = head + Self.nonce + Self.plaintext + [UInt8](0, times: 16)
        try cipher.seal(&message, from: 3, associatedData: [9])
        #expect(Array(message.prefix(27)) == head + Self.nonce)
        #expect(cipher.open(message[27...], nonce: Self.nonce[...], associatedData: [9]) == Self.plaintext)
        #expect(cipher.open(&message, from: 3, associatedData: [9]))
        #expect(Array(message.prefix(39)) == head + Self.nonce + Self.plaintext)
    }

    /// More threads than the pool of contexts has places, each with messages of its own.
    @Test func threadsDoNotMixTheirMessages() throws {
        let cipher = try cipher()
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 24) { thread in
            for number in 0..<200 {
                let plaintext = [UInt8](UInt8(thread), times: 1 + (thread * number) % 700)
                let nonce = (0..<24).map { UInt8(($0 * 7 + thread + number) % 256) }
                let sealed = try? cipher.seal(plaintext, nonce: nonce, associatedData: [UInt8(thread)])
                let opened = cipher.open((sealed ?? [])[...], nonce: nonce[...], associatedData: [UInt8(thread)])
                let forged = cipher.open((sealed ?? [])[...], nonce: nonce[...], associatedData: [])
                if opened != plaintext || forged != nil { failures.withLock { $0 += 1 } }
            }
        }
        #expect(failures.withLock { $0 } == 0)
    }

    @Test(arguments: [0, 16, 31, 33, 64])
    func keyHas32Bytes(length: Int) throws {
        #expect(try refusal { try cipher([UInt8](0, times: length)) } == .internalError)
    }

    /// A refusal must not leave an error in the queue that the host's own OpenSSL calls would find.
    @Test func refusalLeavesNoErrorBehind() throws {
        ERR_clear_error()
        #expect(try cipher().open([UInt8](0, times: 40)[...], nonce: Self.nonce[...], associatedData: []) == nil)
        #expect(ERR_peek_error() == 0)
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func take(_ count: Int) -> [UInt8] {
            defer { bytes = bytes.dropFirst(count) }
            return Array(bytes.prefix(count))
        }
    }
}

extension XAES256GCM {
    /// Ciphertext and tag.
    fileprivate func seal(_ plaintext: [UInt8], nonce: [UInt8], associatedData: [UInt8]) throws -> [UInt8] {
        var message = nonce + plaintext + [UInt8](0, times: 16)
        try seal(&message, associatedData: associatedData)
        return Array(message.dropFirst(24))
    }

    fileprivate func open(
        _ sealed: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>, associatedData: [UInt8]
    ) -> [UInt8]? {
        var message = Array(nonce + sealed)
        return open(&message, associatedData: associatedData) ? Array(message.dropFirst(24).dropLast(16)) : nil
    }
}

private enum SHAKE128 {
    static func squeeze(_ count: Int, from input: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var output = [UInt8](0, times: count)
        EVP_DigestInit_ex(context, EVP_shake128(), nil)
        EVP_DigestUpdate(context, input, input.count)
        EVP_DigestFinalXOF(context, &output, count)
        return output
    }
}
