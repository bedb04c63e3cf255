import Basics
import COpenSSL
import Cryptography
import TestSupport
import Testing

/// Which keys are taken at all (RFC 7518 3.3, 6.2, RFC 8037).
@Suite struct PublicKeyTests {
    static let usualExponent: [UInt8] = [1, 0, 1]

    /// An odd number of so many bits. That it is no product of two primes is for the provider to see to.
    private func modulus(bits: Int) -> [UInt8] {
        let top = UInt8(1) << ((bits - 1) % 8)
        return [top] + [UInt8](0, times: (bits - 1) / 8 - 1) + [1]
    }

    @Test("RFC 7518 3.3: 2048 bits or more", arguments: [2048, 2049, 2056, 3072, 4096, 8192])
    func sizeIsTaken(bits: Int) {
        #expect(PublicKey.rsa(modulus: modulus(bits: bits), exponent: Self.usualExponent)?.kind == .rsa)
        #expect(PublicKey.rsa(modulus: [0, 0] + modulus(bits: bits), exponent: [0] + Self.usualExponent) != nil)
    }

    @Test(arguments: [512, 1024, 2040, 2047, 8193, 16384])
    func sizeIsRefused(bits: Int) {
        #expect(PublicKey.rsa(modulus: modulus(bits: bits), exponent: Self.usualExponent) == nil)
        let padding = [UInt8](0, times: 1024)
        #expect(PublicKey.rsa(modulus: padding + modulus(bits: bits), exponent: Self.usualExponent) == nil)
    }

    @Test(arguments: [[], [0], [0, 0], [1]] as [[UInt8]])
    func noModulusIsRefused(modulus: [UInt8]) {
        #expect(PublicKey.rsa(modulus: modulus, exponent: Self.usualExponent) == nil)
    }

    @Test func evenModulusIsRefused() {
        #expect(PublicKey.rsa(modulus: modulus(bits: 2048).dropLast() + [2], exponent: Self.usualExponent) == nil)
    }

    @Test(arguments: [[1, 0, 1], [1, 0, 3], [0xFF, 0xFF, 0xFF, 0xFF], [UInt8](0xFF, times: 8)] as [[UInt8]])
    func exponentIsTaken(exponent: [UInt8]) {
        #expect(PublicKey.rsa(modulus: modulus(bits: 2048), exponent: exponent) != nil)
    }

    @Test(
        arguments: [
            [], [0], [1], [2], [3], [5], [17], [0xFF, 0xFF], [1, 0, 0], [1, 0, 2], [0, 0, 0, 3],
            [1] + [UInt8](0, times: 7) + [1],
            [UInt8](0xFF, times: 256),
        ] as [[UInt8]])
    func exponentIsRefused(exponent: [UInt8]) {
        #expect(PublicKey.rsa(modulus: modulus(bits: 2048), exponent: exponent) == nil)
    }

    static let curves: [(PublicKey.Curve, TestKey, Int)] = [
        (.p256, .p256, 32), (.p384, .p384, 48), (.p521, .p521, 66), (.secp256k1, .secp256k1, 32),
    ]

    private func coordinates(of key: TestKey) throws -> (x: [UInt8], y: [UInt8]) {
        let x = try #require(key.publicMembers["x"]?.text.flatMap { Base64URL.decode($0) })
        let y = try #require(key.publicMembers["y"]?.text.flatMap { Base64URL.decode($0) })
        return (x, y)
    }

    @Test("RFC 7518 6.2.1: a point of the curve", arguments: curves)
    func pointIsTaken(curve: PublicKey.Curve, key: TestKey, length: Int) throws {
        let (x, y) = try coordinates(of: key)
        #expect(PublicKey.ec(curve, x: x, y: y)?.kind == .ec(curve))
    }

    @Test("RFC 7518 6.2.1: off the curve", arguments: curves)
    func pointOffTheCurveIsRefused(curve: PublicKey.Curve, key: TestKey, length: Int) throws {
        let (x, y) = try coordinates(of: key)
        let (zero, most) = ([UInt8](0, times: length), [UInt8](0xFF, times: length))
        #expect(PublicKey.ec(curve, x: x, y: y.flipping(bit: 0, ofByte: length - 1)) == nil)
        #expect(PublicKey.ec(curve, x: x.flipping(bit: 0, ofByte: length - 1), y: y) == nil)
        #expect(PublicKey.ec(curve, x: y, y: x) == nil)
        #expect(PublicKey.ec(curve, x: zero, y: zero) == nil)
        #expect(PublicKey.ec(curve, x: most, y: most) == nil)
    }

    @Test("RFC 7518 6.2.1.2: coordinates have the full length", arguments: curves)
    func lengthIsExact(curve: PublicKey.Curve, key: TestKey, length: Int) throws {
        let (x, y) = try coordinates(of: key)
        #expect(PublicKey.ec(curve, x: [0] + x, y: y) == nil)
        #expect(PublicKey.ec(curve, x: x, y: [0] + y) == nil)
        #expect(PublicKey.ec(curve, x: Array(x.dropFirst()), y: y) == nil)
        #expect(PublicKey.ec(curve, x: x, y: y.dropLast()) == nil)
        #expect(PublicKey.ec(curve, x: x + y, y: []) == nil)
        #expect(PublicKey.ec(curve, x: [], y: []) == nil)
        for (other, _, otherLength) in Self.curves where otherLength != length {
            #expect(PublicKey.ec(other, x: x, y: y) == nil)
        }
    }

    /// All eight points, and the two that can be written unreduced, with both signs.
    @Test(
        "RFC 8032 5.1.7: points of small order verify anything",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ])
    func smallOrderIsRefused(point: String) {
        #expect(PublicKey.ed25519(hex(point)) == nil)
        #expect(PublicKey.ed25519(hex(point).flipping(bit: 7, ofByte: 31)) == nil)
    }

    @Test func ed25519KeyHas32Bytes() throws {
        let point = try coordinates32()
        #expect(PublicKey.ed25519(point)?.kind == .ed25519)
        for other in [[], point.dropLast(), point + [0], [0] + point] as [[UInt8]] {
            #expect(PublicKey.ed25519(other) == nil)
        }
    }

    private func coordinates32() throws -> [UInt8] {
        try #require(TestKey.ed25519.publicMembers["x"]?.text.flatMap { Base64URL.decode($0) })
    }

    /// A refusal must not leave an error in the queue that the host's own OpenSSL calls would find.
    @Test func refusalLeavesNoErrorBehind() throws {
        ERR_clear_error()
        let zero = [UInt8](0, times: 32)
        #expect(PublicKey.ec(.p256, x: zero, y: zero) == nil)
        #expect(ERR_peek_error() == 0)
    }
}
