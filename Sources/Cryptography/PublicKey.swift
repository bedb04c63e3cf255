import Basics
import COpenSSL

/// A public key, checked before it is used for anything.
@safe
package final class PublicKey: @unchecked Sendable {
    package typealias Kind = KeyKind
    package typealias Curve = KeyKind.Curve

    package let kind: Kind
    // Read by any number of threads; OpenSSL counts references itself. That of a PrivateKey includes the private part.
    let evp: OpaquePointer

    /// Takes ownership of `evp`.
    init(kind: Kind, evp: OpaquePointer) {
        self.kind = kind
        unsafe self.evp = evp
    }

    deinit {
        withoutForks { unsafe EVP_PKEY_free(evp) }
    }

    /// An RSA key, from big-endian numbers. Nil unless the modulus has 2048 to 8192 bits (RFC 7518 3.3; the upper bound
    /// keeps verification cheap) and the exponent is odd, at least 65537 and of at most 64 bits.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard isAcceptable(modulus: modulus, exponent: exponent) else { return nil }
        let parameters = KeyParameters()
        parameters.add("n", number: modulus)
        parameters.add("e", number: exponent)
        return unsafe parameters.makeKey("RSA").map { unsafe PublicKey(kind: .rsa, evp: $0) }
    }

    /// Both without leading zeros.
    static func isAcceptable(modulus: [UInt8], exponent: [UInt8]) -> Bool {
        guard (256...1024).contains(modulus.count), modulus[0] >= 0x80 || modulus.count > 256,
            let lowest = modulus.last, lowest & 1 == 1
        else { return false }
        let value = exponent.count <= 8 ? exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : 0
        return value >= 65537 && value & 1 == 1
    }

    /// A key on a curve. Nil if the point is not on the curve.
    package static func ec(_ curve: Curve, x: [UInt8], y: [UInt8]) -> PublicKey? {
        guard let point = curve.point(x: x, y: y) else { return nil }
        let parameters = KeyParameters()
        parameters.add("group", text: curve.parameters.name)
        parameters.add("pub", octets: point)
        let key = unsafe parameters.makeKey("EC").map { unsafe PublicKey(kind: .ec(curve), evp: $0) }
        guard let key, key.isPointValid() else { return nil }
        return key
    }

    /// An Ed25519 key (RFC 8037). Nil for a point of small order, for which a signature proves nothing.
    package static func ed25519(_ point: [UInt8]) -> PublicKey? {
        isSmallOrder(point) ? nil : octets(.ed25519, point)
    }

    /// An Ed448 key (RFC 8037), as above.
    package static func ed448(_ point: [UInt8]) -> PublicKey? {
        isSmallOrder(point) ? nil : octets(.ed448, point)
    }

    /// An ML-DSA key (FIPS 204). Nil also if this OpenSSL has no ML-DSA.
    package static func mlDSA(_ parameterSet: KeyKind.MLDSA, _ bytes: [UInt8]) -> PublicKey? {
        hasMLDSA ? octets(.mlDSA(parameterSet), bytes) : nil
    }

    package static var hasMLDSA: Bool { OpenSSLAlgorithms.hasMLDSA }

    /// A key of a kind whose keys are octets of one length.
    private static func octets(_ kind: Kind, _ bytes: [UInt8]) -> PublicKey? {
        guard let (name, length) = kind.octetKey, bytes.count == length else { return nil }
        let evp = unsafe withoutForks {
            unsafe EVP_PKEY_new_raw_public_key_ex(nil, name.cString, nil, bytes, bytes.count)
        }
        guard let evp = unsafe evp else {
            ERR_clear_error()
            return nil
        }
        return unsafe PublicKey(kind: kind, evp: evp)
    }

    private func isPointValid() -> Bool {
        withoutForks {
            let context = unsafe EVP_PKEY_CTX_new(evp, nil)
            defer { unsafe EVP_PKEY_CTX_free(context) }
            let isValid = unsafe EVP_PKEY_public_check(context) == 1
            if !isValid { ERR_clear_error() }
            return isValid
        }
    }
}
