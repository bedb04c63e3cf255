/// The type of a key pair's key, without its numbers.
package enum KeyKind: Equatable, Sendable {
    case rsa
    case ec(Curve)
    case ed25519, ed448
    case mlDSA(MLDSA)

    package enum Curve: CaseIterable, Sendable { case p256, p384, p521, secp256k1 }

    /// The parameter sets of ML-DSA (FIPS 204 4).
    package enum MLDSA: CaseIterable, Sendable { case mlDSA44, mlDSA65, mlDSA87 }
}

extension KeyKind {
    /// OpenSSL's name, and the length of the public key for kinds whose keys are plain octets.
    var octetKey: (name: StaticString, length: Int)? {
        switch self {
        case .rsa, .ec: nil
        case .ed25519: ("ED25519", 32)
        case .ed448: ("ED448", 57)
        case .mlDSA(.mlDSA44): ("ML-DSA-44", 1312)
        case .mlDSA(.mlDSA65): ("ML-DSA-65", 1952)
        case .mlDSA(.mlDSA87): ("ML-DSA-87", 2592)
        }
    }
}

extension KeyKind.Curve {
    /// OpenSSL's name, and the length of a coordinate (and of half a signature) in bytes.
    var parameters: (name: StaticString, length: Int) {
        switch self {
        case .p256: ("P-256", 32)
        case .p384: ("P-384", 48)
        case .p521: ("P-521", 66)
        case .secp256k1: ("secp256k1", 32)
        }
    }

    /// The uncompressed point (SEC 1 2.3.3). RFC 7518 6.2.1.2 requires coordinates of the full length. GnuTLS, and glewlwyd
    /// with it, leaves out leading zeros, in one key of 128; the number is the same, so a short coordinate is taken.
    /// Nil for an empty or a longer one.
    func point(x: [UInt8], y: [UInt8]) -> [UInt8]? {
        let length = parameters.length
        guard 1...length ~= x.count, 1...length ~= y.count else { return nil }
        let zeros = [UInt8](repeating: 0, count: length)
        return [0x04] + zeros.dropFirst(x.count) + x + zeros.dropFirst(y.count) + y
    }
}
