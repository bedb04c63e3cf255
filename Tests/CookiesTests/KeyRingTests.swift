import Basics
import CTestSupport
import Cookies
import Cryptography
import Foundation
import TestSupport
import Testing

@Suite struct KeyRingTests {
    static let cookie: Text = "__Host-stauth_session"
    static let plaintext = Array(#"{"sub":"248289761001"}"#.utf8)

    private let random = SystemRandomSource()

    private func ring(_ secrets: Text..., purpose: Purpose = .session) throws -> KeyRing {
        try KeyRing(secrets: secrets.map { Secret($0) }, purpose: purpose)
    }

    private func seal(_ ring: KeyRing, _ plaintext: [UInt8] = plaintext, as name: Text = cookie) throws -> Text {
        try ring.seal(plaintext, for: ring.binding(cookie: name), random: random)
    }

    @Test(arguments: [0, 1, 100, 3000, 100_000])
    func whatIsSealedOpens(length: Int) throws {
        let ring = try ring("one")
        let plaintext = try random.bytes(length)
        let sealed = try seal(ring, plaintext)
        #expect(ring.open(sealed.bytes, cookie: Self.cookie) == plaintext)
        #expect(sealed.count == ((1 + 1 + 24 + length + 16) * 4 + 2) / 3)
    }

    @Test("RFC 6265 4.1.1: cookie-octets")
    func sealedTextIsACookieValue() throws {
        let sealed = try seal(ring("one")).string
        #expect(sealed.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil)
        #expect(!sealed.contains("248289761001"))
    }

    /// A context is bound to it: none and another do not open it.
    @Test func context() throws {
        let ring = try ring("one", purpose: .tokens)
        let place = ring.binding(cookie: Self.cookie)
        let sealed = try ring.seal(Self.plaintext, for: place.with(context: [1, 2]), random: random).bytes[...]
        #expect(ring.open(sealed, for: place.with(context: [1, 2])) == Self.plaintext)
        #expect(ring.open(sealed, for: place) == nil)
        #expect(ring.open(sealed, for: place.with(context: [])) == nil)
        #expect(ring.open(sealed, for: place.with(context: [1, 3])) == nil)
        #expect(ring.open(sealed, for: place.with(context: [1, 2, 0])) == nil)
    }

    @Test func noTwoSealsAreTheSame() throws {
        let ring = try ring("one")
        let nonces = try Set((0..<10_000).map { _ in try #require(Base64URL.decode(seal(ring)))[2..<26] })
        #expect(nonces.count == 10_000)
    }

    /// The generator's state is copied by fork(); a nonce must not be.
    @Test func childAndParentSealDifferently() async {
        await #expect(processExitsWith: .success) {
            let random = SystemRandomSource()
            _ = try random.bytes(24)
            let page = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
            let status = test_run_in_child(
                { page in
                    guard let bytes = try? SystemRandomSource().bytes(24) else { return 1 }
                    page?.copyMemory(from: bytes, byteCount: 24)
                    return 0
                }, page, 20)
            try #require(status == 0)
            let ofChild = try #require(page).loadUnaligned(as: (UInt64, UInt64, UInt64).self)
            let ofParent = try random.bytes(24).withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64).self) }
            try #require(ofChild != (0, 0, 0))
            try #require(ofChild != ofParent)
        }
    }

    @Test func otherPurposeDoesNotOpen() throws {
        let (session, login) = (try ring("one"), try ring("one", purpose: .login))
        #expect(login.open(try seal(session).bytes, cookie: Self.cookie) == nil)
        #expect(session.open(try seal(login).bytes, cookie: Self.cookie) == nil)
        #expect(login.open(try seal(login).bytes, cookie: Self.cookie) == Self.plaintext)
    }

    @Test(arguments: ["stauth_session", "__Host-stauth_session-2", "__host-stauth_session", "", "__Host-stauth_sessio"])
    func otherCookieDoesNotOpen(name: String) throws {
        let ring = try ring("one")
        #expect(ring.open(try seal(ring).bytes, cookie: Text(name)) == nil)
        #expect(ring.open(try seal(ring, as: Text(name)).bytes, cookie: Self.cookie) == nil)
    }

    @Test func secretsAreRotated() throws {
        let (old, rotated, new) = (try ring("old"), try ring("new", "old"), try ring("new"))
        let (byOld, byRotated) = (try seal(old), try seal(rotated))
        #expect(rotated.open(byOld.bytes, cookie: Self.cookie) == Self.plaintext, "the old one opens")
        #expect(new.open(byOld.bytes, cookie: Self.cookie) == nil, "the removed one does not")
        #expect(new.open(byRotated.bytes, cookie: Self.cookie) == Self.plaintext, "the first seals")
        #expect(old.open(byRotated.bytes, cookie: Self.cookie) == nil)
        #expect(try ring("x", "old", "y").open(byOld.bytes, cookie: Self.cookie) == Self.plaintext)
        #expect(try ring("ol").open(byOld.bytes, cookie: Self.cookie) == nil)
    }

    @Test func withoutSecretsThereIsNoRing() throws {
        #expect(try refusal { try KeyRing(secrets: [], purpose: .session) } == .internalError)
    }

    /// Two secrets whose key ids, of one byte, are the same: among 257 there must be such.
    @Test func keysWithOneIDAreBothTried() throws {
        var seen: [UInt8: Text] = [:]
        for number in 0...256 {
            let secret: Text = "secret \(number)"
            let ring = try ring(secret)
            let sealed = try seal(ring)
            let id = try #require(Base64URL.decode(sealed))[1]
            guard let twin = seen.updateValue(secret, forKey: id) else { continue }
            #expect(try self.ring(twin, secret).open(sealed.bytes, cookie: Self.cookie) == Self.plaintext)
            #expect(try self.ring(secret, twin).open(sealed.bytes, cookie: Self.cookie) == Self.plaintext)
            #expect(try self.ring(twin).open(sealed.bytes, cookie: Self.cookie) == nil)
            return
        }
        Issue.record("no two key ids are the same")
    }

    @Test func everyFlippedBitIsSeen() throws {
        let ring = try ring("one", "two")
        let bytes = try #require(Base64URL.decode(seal(ring)))
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << bit
                #expect(
                    ring.open(Base64URL.encode(changed).bytes, cookie: Self.cookie) == nil, "bit \(bit) of \(index)")
            }
        }
    }

    /// On the text as it stands in the cookie: each character another one, cut anywhere, and with more behind.
    @Test func everyChangedTextIsSeen() throws {
        let ring = try ring("one")
        let text = try seal(ring).bytes
        for index in text.indices {
            var changed = text
            changed[index] = text[index] == 0x41 ? 0x42 : 0x41
            #expect(ring.open(changed, cookie: Self.cookie) == nil, "character \(index)")
            #expect(ring.open(text.prefix(index), cookie: Self.cookie) == nil, "cut at \(index)")
            #expect(ring.open(text.suffix(index), cookie: Self.cookie) == nil, "the last \(index)")
        }
        for more in ["A", "AA", "AAAA", "=", " ", ".", "\0", "\""] as [Text] {
            #expect(ring.open(text + more.bytes, cookie: Self.cookie) == nil)
            #expect(ring.open(more.bytes + text, cookie: Self.cookie) == nil)
        }
        #expect(ring.open(text + text, cookie: Self.cookie) == nil)
        #expect(ring.open(Array("..".utf8) + text, cookie: Self.cookie) == nil)
        #expect(ring.open((Array("..".utf8) + text)[2...], cookie: Self.cookie) == Self.plaintext, "a slice")
    }

    @Test(arguments: [0, 2, 0xFF])
    func otherVersionDoesNotOpen(version: UInt8) throws {
        let ring = try ring("one")
        var bytes = try #require(Base64URL.decode(seal(ring)))
        #expect(bytes[0] == 1)
        bytes[0] = version
        #expect(ring.open(Base64URL.encode(bytes).bytes, cookie: Self.cookie) == nil)
    }

    @Test(arguments: ["", "A", "AQ", "AQAA", "a.b.c", "null", String(repeating: "A", count: 100_000), "\u{FF}"])
    func nonsenseDoesNotOpen(text: String) throws {
        #expect(try ring("one").open(Array(text.utf8), cookie: Self.cookie) == nil)
    }

    /// A host's random source that gives too little.
    @Test func shortRandomnessIsAFailure() throws {
        let ring = try ring("one")
        let seal = { try ring.seal([], for: ring.binding(cookie: Self.cookie), random: LittleRandomness()) }
        #expect(try refusal { try seal() } == .randomnessUnavailable)
    }

    @Test func failingRandomnessIsAFailure() throws {
        let ring = try ring("one")
        #expect(
            try refusal { try ring.seal([], for: ring.binding(cookie: Self.cookie), random: NoRandomness()) }
                == .randomnessUnavailable)
    }

    private final class LittleRandomness: RandomSource {
        func bytes(_ count: Int) throws(Failure) -> [UInt8] { [UInt8](repeating: 1, count: count - 1) }
    }

    private final class NoRandomness: RandomSource {
        func bytes(_ count: Int) throws(Failure) -> [UInt8] { throw Failure(.randomnessUnavailable, "none") }
    }
}

extension KeyRing {
    fileprivate func open(_ value: ArraySlice<UInt8>, cookie name: Text) -> [UInt8]? {
        open(value, for: binding(cookie: name))
    }

    fileprivate func open(_ value: [UInt8], cookie name: Text) -> [UInt8]? {
        open(value[...], cookie: name)
    }
}
