package import Basics
import COpenSSL

/// One of our keys, to sign or decrypt with. OpenSSL wipes it when the last owner releases it.
package struct PrivateKey: Sendable {
    /// The same pair, for its public half.
    package let publicKey: PublicKey

    package var kind: KeyKind { publicKey.kind }
    var evp: OpaquePointer { unsafe publicKey.evp }

    /// Nil unless the halves match and the key works.
    private init?(_ pair: PublicKey) {
        publicKey = pair
        guard isConsistent() else { return nil }
    }

    /// The big-endian numbers of an RSA key (RFC 7518 6.3.2).
    package struct RSANumbers {
        package let modulus, exponent, privateExponent: [UInt8]
        package let firstFactor, secondFactor: [UInt8]
        package let firstCRTExponent, secondCRTExponent, coefficient: [UInt8]

        package init(
            modulus: [UInt8], exponent: [UInt8], privateExponent: [UInt8], firstFactor: [UInt8], secondFactor: [UInt8],
            firstCRTExponent: [UInt8], secondCRTExponent: [UInt8], coefficient: [UInt8]
        ) {
            (self.modulus, self.exponent, self.privateExponent) = (modulus, exponent, privateExponent)
            (self.firstFactor, self.secondFactor) = (firstFactor, secondFactor)
            (self.firstCRTExponent, self.secondCRTExponent) = (firstCRTExponent, secondCRTExponent)
            self.coefficient = coefficient
        }
    }

    /// Nil for a weak key (see PublicKey.rsa), and for inconsistent numbers.
    package static func rsa(_ numbers: RSANumbers) -> PrivateKey? {
        guard PublicKey.rsa(modulus: numbers.modulus, exponent: numbers.exponent) != nil else { return nil }
        let parameters = KeyParameters()
        parameters.add("n", number: numbers.modulus)
        parameters.add("e", number: numbers.exponent)
        parameters.add("d", number: numbers.privateExponent)
        parameters.add("rsa-factor1", number: numbers.firstFactor)
        parameters.add("rsa-factor2", number: numbers.secondFactor)
        parameters.add("rsa-exponent1", number: numbers.firstCRTExponent)
        parameters.add("rsa-exponent2", number: numbers.secondCRTExponent)
        parameters.add("rsa-coefficient1", number: numbers.coefficient)
        return unsafe adopt(.rsa, parameters.makeKey("RSA", isPrivate: true))
    }

    /// `number`: of the curve's length (RFC 7518 6.2.2.1). Nil unless the point is its multiple.
    package static func ec(_ curve: KeyKind.Curve, x: [UInt8], y: [UInt8], number: [UInt8]) -> PrivateKey? {
        let (group, length) = curve.parameters
        guard number.count == length, let point = curve.point(x: x, y: y), PublicKey.ec(curve, x: x, y: y) != nil else {
            return nil
        }
        let parameters = KeyParameters()
        parameters.add("group", text: group)
        parameters.add("pub", octets: point)
        parameters.add("priv", number: number)
        return unsafe adopt(.ec(curve), parameters.makeKey("EC", isPrivate: true))
    }

    /// The numbers of a key on a curve: x, y and the private one, each of the curve's length. Nil for another kind.
    package var curveNumbers: [UInt8]? {
        guard case .ec(let curve) = kind, case .ec(let x, let y)? = publicKey.members,
            let number = withoutForks({ publicKey.number("priv", length: curve.parameters.length) })
        else { return nil }
        return x + y + number
    }

    /// The key with these numbers.
    package static func ec(_ curve: KeyKind.Curve, curveNumbers numbers: [UInt8]) -> PrivateKey? {
        let length = curve.parameters.length
        guard numbers.count == 3 * length else { return nil }
        return ec(
            curve, x: Array(numbers[..<length]), y: Array(numbers[length..<2 * length]),
            number: Array(numbers[(2 * length)...]))
    }

    /// A key of a kind whose keys are octets: the private key of Ed25519 or Ed448 (RFC 8032 5), the seed of ML-DSA (FIPS 204
    /// 6.1). Nil unless it produces the public key.
    package static func octets(_ kind: KeyKind, publicOctets: [UInt8], privateOctets: [UInt8]) -> PrivateKey? {
        guard let name = kind.octetKey?.name else { return nil }
        let parameters = KeyParameters()
        switch kind {
        case .ed25519, .ed448: parameters.add("priv", octets: privateOctets)
        default: parameters.add("seed", octets: privateOctets)
        }
        guard let key = unsafe adopt(kind, parameters.makeKey(name, isPrivate: true)),
            key.publicKey.members == .octets(publicOctets)
        else { return nil }
        return key
    }

    /// A new key on a curve.
    package static func generate(_ curve: KeyKind.Curve) throws(Failure) -> PrivateKey {
        let made = withoutForks { unsafe adopt(.ec(curve), shim_generate_ec_key(curve.parameters.name.cString)) }
        guard let made else { throw cryptographyFailed("generate a key") }
        return made
    }

    /// Takes ownership of `evp`.
    static func adopt(_ kind: KeyKind, _ evp: OpaquePointer?) -> PrivateKey? {
        unsafe evp.flatMap { unsafe PrivateKey(PublicKey(kind: kind, evp: $0)) }
    }

    /// Signs and verifies: otherwise only the recipients of signatures would discover mismatched halves.
    private func isConsistent() -> Bool {
        if kind == .rsa, !hasConsistentFactors() { return false }
        let scheme: SignatureScheme =
            switch kind {
            case .rsa: .rsaPKCS1(.sha256)
            case .ec: .ecdsa(.sha256)
            case .ed25519, .ed448: .edDSA
            case .mlDSA: .mlDSA
            }
        let message: [UInt8] = [0]
        guard let signature = try? sign(message, scheme: scheme) else { return false }
        return publicKey.verify(signature, over: message, scheme: scheme)
    }
}
