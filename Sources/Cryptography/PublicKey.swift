import Basics
import COpenSSL

/// A public key of a provider, checked before it is used for anything.
@safe
package final class PublicKey: @unchecked Sendable {
    package enum Curve: Sendable { case p256, p384, p521 }
    package enum Kind: Equatable, Sendable {
        case rsa
        case ec(Curve)
        case ed25519
    }

    package let kind: Kind
    // Read by any number of threads; OpenSSL counts references itself.
    let evp: OpaquePointer

    private init(kind: Kind, evp: OpaquePointer) {
        self.kind = kind
        unsafe self.evp = evp
    }

    deinit {
        unsafe EVP_PKEY_free(evp)
    }

    /// An RSA key, from big-endian numbers. Nil unless the modulus has 2048 to 8192 bits (RFC 7518 3.3; the upper bound
    /// keeps verification cheap) and the exponent is odd, at least 65537 and of at most 64 bits.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) -> PublicKey? {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard (256...1024).contains(modulus.count), modulus[0] >= 0x80 || modulus.count > 256,
            let lowest = modulus.last, lowest & 1 == 1
        else { return nil }
        let value = exponent.count <= 8 ? exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : 0
        guard value >= 65537, value & 1 == 1 else { return nil }
        // OSSL_PARAM holds numbers in the machine's byte order.
        return make(
            .rsa, named: "RSA",
            Parameter("n", .number, Array(modulus.reversed())), Parameter("e", .number, Array(exponent.reversed())))
    }

    /// A key on a NIST curve, from coordinates of exactly the curve's length (RFC 7518 6.2.1.2). Nil if the point is not
    /// on the curve.
    package static func ec(_ curve: Curve, x: [UInt8], y: [UInt8]) -> PublicKey? {
        let (group, length) = curve.parameters
        guard x.count == length, y.count == length else { return nil }
        let key = make(
            .ec(curve), named: "EC",
            Parameter("group", .text, Text(group).bytes + [0]), Parameter("pub", .octets, [0x04] + x + y))
        guard let key, key.isPointValid() else { return nil }
        return key
    }

    /// An Ed25519 key (RFC 8037). Nil for a point of small order, with which a signature proves nothing.
    package static func ed25519(_ point: [UInt8]) -> PublicKey? {
        guard point.count == 32, !isSmallOrder(point) else { return nil }
        guard let evp = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, point, point.count) else {
            ERR_clear_error()
            return nil
        }
        return unsafe PublicKey(kind: .ed25519, evp: evp)
    }

    private func isPointValid() -> Bool {
        let context = unsafe EVP_PKEY_CTX_new(evp, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let isValid = unsafe EVP_PKEY_public_check(context) == 1
        if !isValid { ERR_clear_error() }
        return isValid
    }

    /// A key of `kind` made of two parameters.
    private static func make(
        _ kind: Kind, named name: StaticString, _ first: Parameter, _ second: Parameter
    ) -> PublicKey? {
        var (first, second) = (first, second)
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, name.cString, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var evp: OpaquePointer?
        let done = unsafe first.withOpenSSL { first in
            unsafe second.withOpenSSL { second in
                var parameters = unsafe [first, second, OSSL_PARAM_construct_end()]
                return unsafe EVP_PKEY_fromdata_init(context) == 1
                    && EVP_PKEY_fromdata(context, &evp, shim_public_key_selection(), &parameters) == 1
            }
        }
        guard done, let evp = unsafe evp else {
            ERR_clear_error()
            return nil
        }
        return unsafe PublicKey(kind: kind, evp: evp)
    }

    /// One OSSL_PARAM with the bytes it points to.
    private struct Parameter {
        enum Form { case number, text, octets }

        let name: StaticString
        let form: Form
        var bytes: [UInt8]

        init(_ name: StaticString, _ form: Form, _ bytes: [UInt8]) {
            (self.name, self.form, self.bytes) = (name, form, bytes)
        }

        mutating func withOpenSSL(_ body: (OSSL_PARAM) -> Bool) -> Bool {
            let (name, form) = (name, form)
            return unsafe bytes.withUnsafeMutableBytes { buffer in
                switch form {
                case .number:
                    unsafe body(OSSL_PARAM_construct_BN(name.cString, buffer.baseAddress, buffer.count))
                case .octets:
                    unsafe body(OSSL_PARAM_construct_octet_string(name.cString, buffer.baseAddress, buffer.count))
                case .text:
                    unsafe body(OSSL_PARAM_construct_utf8_string(name.cString, buffer.baseAddress, 0))
                }
            }
        }
    }
}

extension PublicKey.Curve {
    /// OpenSSL's name, and the length of a coordinate (and of half a signature) in bytes.
    var parameters: (name: StaticString, length: Int) {
        switch self {
        case .p256: ("P-256", 32)
        case .p384: ("P-384", 48)
        case .p521: ("P-521", 66)
        }
    }
}
