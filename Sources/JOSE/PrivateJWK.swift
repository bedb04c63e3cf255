package import Basics
package import Cryptography
package import JSON

extension PrivateKey {
    /// Reads a private JWK (RFC 7518 6.2.2, 6.3.2, RFC 8037 2, draft-ietf-cose-dilithium): RSA with the numbers of the
    /// Chinese remainder theorem, EC, OKP, AKP with its seed. Fails with `.configurationInvalid`.
    package static func read(jwk members: JSONObject) throws(Failure) -> PrivateKey {
        let publicKey: PublicKey
        do throws(Failure) {
            publicKey = try PublicKey.read(members)
        } catch {
            throw Failure(.configurationInvalid, "the private JWK is unusable: \(error.message)")
        }
        let key: PrivateKey?
        switch publicKey.kind {
        case .rsa: key = readRSA(members)
        case .ec(let curve): key = readEC(curve, members)
        case .ed25519, .ed448: key = readOctets(publicKey, members.octets("d"))
        case .mlDSA: key = readOctets(publicKey, members.octets("priv"))
        }
        guard let key else {
            throw Failure(
                .configurationInvalid,
                "the private JWK is unusable: its private members are missing, malformed or belong to another key")
        }
        return key
    }

    /// RFC 7518 6.3.2: p, q, dp, dq and qi are optional, but without them every signature is slower, and "oth" means more
    /// than two factors: no ordinary key.
    private static func readRSA(_ members: JSONObject) -> PrivateKey? {
        guard members["oth"] == nil, let modulus = members.octets("n"), let exponent = members.octets("e"),
            let privateExponent = members.octets("d"), let firstFactor = members.octets("p"),
            let secondFactor = members.octets("q"), let firstCRTExponent = members.octets("dp"),
            let secondCRTExponent = members.octets("dq"), let coefficient = members.octets("qi")
        else { return nil }
        return rsa(
            RSANumbers(
                modulus: modulus, exponent: exponent, privateExponent: privateExponent, firstFactor: firstFactor,
                secondFactor: secondFactor, firstCRTExponent: firstCRTExponent, secondCRTExponent: secondCRTExponent,
                coefficient: coefficient))
    }

    private static func readEC(_ curve: KeyKind.Curve, _ members: JSONObject) -> PrivateKey? {
        guard let x = members.octets("x"), let y = members.octets("y"), let number = members.octets("d") else {
            return nil
        }
        return ec(curve, x: x, y: y, number: number)
    }

    private static func readOctets(_ publicKey: PublicKey, _ privateOctets: [UInt8]?) -> PrivateKey? {
        guard let privateOctets, case .octets(let publicOctets)? = publicKey.members else { return nil }
        return octets(publicKey.kind, publicOctets: publicOctets, privateOctets: privateOctets)
    }
}
