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

    @Test("RFC 7518 6.2.1.2: coordinates that are too long, of another curve, or cut", arguments: curves)
    func wrongLengthIsRefused(curve: PublicKey.Curve, key: TestKey, length: Int) throws {
        let (x, y) = try coordinates(of: key)
        #expect(PublicKey.ec(curve, x: [0] + x, y: y) == nil)
        #expect(PublicKey.ec(curve, x: x, y: [0] + y) == nil)
        #expect(PublicKey.ec(curve, x: x.dropLast(), y: y) == nil)
        #expect(PublicKey.ec(curve, x: x, y: y.dropLast()) == nil)
        #expect(PublicKey.ec(curve, x: x + y, y: []) == nil)
        #expect(PublicKey.ec(curve, x: [], y: []) == nil)
        for (other, _, otherLength) in Self.curves where otherLength != length {
            #expect(PublicKey.ec(other, x: x, y: y) == nil)
        }
    }

    /// Small multiples of each generator, with a short x and with a short y.
    static let shortCoordinates: [(PublicKey.Curve, Int, String, String)] = [
        (
            .p256, 32,
            "5543894af3d00ed7d740abdbd75c96b06877b787db5f70eea78b90a8d7c00a",
            "bb4c85a3d8ea29efaafa24406912dd84d5b14dc32bf656ef6c6bd58a5d943f92"
        ),
        (
            .p256, 32,
            "986ae2506f1ff104d04230861d8f4b498f4bc4c6d009b30f7544dc129b82d28d",
            "3cccc0a6460e0ae328a4d97d3c7b61d86fc6289c189f2525110c441bb07e97"
        ),
        (
            .p384, 48,
            "4d104b26ee5671f72c10c986841d3e65d285e2516161b7baa341b12631b9e32b6f0d5896d8431c51d5d93a37cbc90e",
            "f11a1e3f8b7b90538ee42cc00ee934a6e2ee25541607d8fb65c7a8b11e2f886853886eef3865ec933200b9f25599f29f"
        ),
        (
            .p384, 48,
            "d03aa748f5f48eb3e0c54b683f25d2e2d7d7e3201282a95b57a59ffb8f94cf4c43b1107ca944b9211c351112de16ed18",
            "0a08c602dc5e0031dad088c19305f6b252a2bc3f245f7a5b80b484c7b99f6981c32374c714a7683255f5331f66bb06"
        ),
        (
            .p521, 66,
            "c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de33"
                + "48b3c1856a429bf97e7e31c2e5bd66",
            "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761"
                + "353c7086a272c24088be94769fd16650"
        ),
        (
            .p521, 66,
            "433c219024277e7e682fcb288148c282747403279b1ccc06352c6e5505d769be97b3b204da6ef55507aa104a3a35c5af41cf"
                + "2fa364d60fd967f43e3933ba6d783d",
            "f4bb8cc7f86db26700a7f3eceeeed3f0b5c6b5107c4da97740ab21a29906c42dbbb3e377de9f251f6b93937fa99a3248f4ea"
                + "fcbe95edc0f4f71be356d661f41b02"
        ),
        (
            .secp256k1, 32,
            "e3ae1974566ca06cc516d47e0fb165a674a3dabcfca15e722f0e3450f45889",
            "2aeabe7e4531510116217f07bf4d07300de97e4874f81f533420a72eeb0bd6a4"
        ),
        (
            .secp256k1, 32,
            "139ae46a1133f1f9d23f25efba0f6dd87bf7ddaf568a5fb9e0a3bfda73176237",
            "995e555c8aabd263fd238833a12188b8a5ffbeb480ba0e3e6ec481a8991472"
        ),
    ]

    @Test("Coordinates without their leading zeros, as GnuTLS writes them", arguments: shortCoordinates)
    func leadingZerosMayBeMissing(curve: PublicKey.Curve, length: Int, x: String, y: String) throws {
        func padded(_ number: [UInt8]) -> [UInt8] { [UInt8](0, times: length - number.count) + number }
        let short = try #require(PublicKey.ec(curve, x: hex(x), y: hex(y)))
        let full = try #require(PublicKey.ec(curve, x: padded(hex(x)), y: padded(hex(y))))
        #expect(hex(x).count + hex(y).count < 2 * length)
        #expect(short.members == full.members)
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
