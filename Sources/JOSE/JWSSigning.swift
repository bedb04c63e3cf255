package import Basics
package import Cryptography
package import JSON

extension JWS {
    /// The header of one of our tokens, without its algorithm.
    package struct Header: Sendable {
        /// "typ", such as "dpop+jwt".
        package var type: Text?
        package var keyID: Text?
        /// "jwk": whether to include the public key (RFC 9449 4.2).
        package var carriesPublicKey = false

        package init(type: Text? = nil, keyID: Text? = nil, carriesPublicKey: Bool = false) {
            self.type = type
            self.keyID = keyID
            self.carriesPublicKey = carriesPublicKey
        }
    }

    /// A token in compact form (RFC 7515 7.1), its header in the order alg, typ, kid, jwk. Fails for an algorithm that the
    /// key does not support.
    package static func sign(
        _ claims: JSONObject, header: Header, with key: PrivateKey, algorithm: SigningAlgorithm
    ) throws(Failure) -> Text {
        guard let scheme = algorithm.scheme, algorithm.fits(key.kind) else {
            throw Failure(.configurationInvalid, "the private key does not support \(algorithm.name)")
        }
        let publicKey = header.carriesPublicKey ? key.publicKey.jwk : nil
        let input = try signingInput(claims, header: header, publicKey: publicKey, algorithm: algorithm)
        return input + "." + Base64URL.encode(try key.sign(input.bytes, scheme: scheme))
    }

    /// With a MAC (RFC 7518 3.2), for client_secret_jwt. Fails for a secret shorter than the hash.
    package static func authenticate(
        _ claims: JSONObject, header: Header, with secret: Secret, algorithm: SigningAlgorithm
    ) throws(Failure) -> Text {
        guard algorithm.isSymmetric else {
            throw Failure(.configurationInvalid, "\(algorithm.name) requires a private key, not a secret")
        }
        guard secret.count >= algorithm.digest.length else {
            throw Failure(
                .configurationInvalid,
                "\(algorithm.name) requires a secret of at least \(algorithm.digest.length) bytes")
        }
        let input = try signingInput(claims, header: header, publicKey: nil, algorithm: algorithm)
        return input + "." + Base64URL.encode(try algorithm.digest.authenticate(input.bytes, key: secret))
    }

    private static func signingInput(
        _ claims: JSONObject, header: Header, publicKey: JSONObject?, algorithm: SigningAlgorithm
    ) throws(Failure) -> Text {
        var members = JSONObject()
        members["alg"] = .string(algorithm.name)
        members["typ"] = header.type.map { .string($0) }
        members["kid"] = header.keyID.map { .string($0) }
        members["jwk"] = publicKey.map { .object($0) }
        guard let header = members.encoded(), let payload = claims.encoded() else {
            throw Failure(.internalError, "the claims of a token cannot be written as JSON")
        }
        return Base64URL.encode(header.bytes) + "." + Base64URL.encode(payload.bytes)
    }
}
