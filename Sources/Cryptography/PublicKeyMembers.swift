import Basics
import COpenSSL

/// The numbers of a public key, as in a JWK (RFC 7518 6, RFC 8037 2).
package enum PublicKeyMembers: Equatable, Sendable {
    case rsa(modulus: [UInt8], exponent: [UInt8])
    case ec(x: [UInt8], y: [UInt8])
    case octets([UInt8])
}

extension PublicKey {
    /// Nil only if OpenSSL fails.
    package var members: PublicKeyMembers? { withoutForks { readMembers() } }

    private func readMembers() -> PublicKeyMembers? {
        switch kind {
        case .rsa:
            guard let modulus = number("n"), let exponent = number("e") else { return nil }
            return .rsa(modulus: modulus, exponent: exponent)
        case .ec(let curve):
            let length = curve.parameters.length
            guard let x = number("qx", length: length), let y = number("qy", length: length) else { return nil }
            return .ec(x: x, y: y)
        case .ed25519, .ed448, .mlDSA:
            guard var length = kind.octetKey?.length else { return nil }
            var bytes = [UInt8](repeating: 0, count: length)
            guard unsafe EVP_PKEY_get_raw_public_key(evp, &bytes, &length) == 1, length == bytes.count else {
                ERR_clear_error()
                return nil
            }
            return .octets(bytes)
        }
    }

    /// A parameter as a big-endian number, of `length` bytes or as many as it needs.
    func number(_ name: StaticString, length: Int? = nil) -> [UInt8]? {
        var number: OpaquePointer?
        defer { unsafe BN_free(number) }
        guard unsafe EVP_PKEY_get_bn_param(evp, name.cString, &number) == 1 else {
            ERR_clear_error()
            return nil
        }
        let size = length ?? (Int(unsafe BN_num_bits(number)) + 7) / 8
        guard let padded = Int32(exactly: size) else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        return unsafe BN_bn2binpad(number, &bytes, padded) == padded ? bytes : nil
    }
}
