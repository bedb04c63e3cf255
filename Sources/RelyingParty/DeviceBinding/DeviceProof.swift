import Basics
import JOSE
import JSON

/// A browser's proof that it has the key of a session (Device Bound Session Credentials, "DBSC Proof JWT Syntax"). It proves
/// nothing before `verify`.
struct DeviceProof {
    /// Enough for an RSA key of 8192 bits.
    static let longest = 8 * 1024

    /// "jti": the challenge that it answers.
    let challenge: Text
    private let jws: JWS
    private let algorithm: SigningAlgorithm

    /// Splits a proof, and judges what needs no key. "iat" says nothing, since the challenge has a time; nor does "aud", as
    /// a challenge is for one browser's session, here.
    init(_ text: Text, for session: Text) throws(Failure) {
        guard text.count <= Self.longest, let jws = JWS(text) else {
            throw Self.invalid("is not a readable signed JWT")
        }
        guard jws.type == "dbsc+jwt" else { throw Self.invalid("has a typ of another purpose") }
        guard let algorithm = SigningAlgorithm(name: jws.algorithm), [.es256, .rs256].contains(algorithm) else {
            throw Self.invalid("is not signed with ES256 or RS256")
        }
        guard let challenge = jws.payload["jti"]?.text else { throw Self.invalid("has no jti") }
        // "sub": the session that is to be refreshed. Browsers omit it; a registration has none.
        guard jws.payload["sub"].map({ $0 == .string(session) }) ?? true else {
            throw Self.invalid("is for another session")
        }
        (self.jws, self.algorithm, self.challenge) = (jws, algorithm, challenge)
    }

    /// Verifies the signature with the session's key.
    func verify(with key: Text) throws(Failure) {
        guard let members = JSONObject(parsing: key.bytes) else { throw Self.invalid("has no key") }
        let jwk: JWK
        do throws(Failure) {
            jwk = try JWK(members)
        } catch {
            throw Self.invalid("has a key that is refused: \(error.message)")
        }
        guard jws.verify(with: jwk, algorithm: algorithm) else {
            throw Self.invalid("has a signature that is not by the session's key")
        }
    }

    /// The key that it introduces, verified to be the signer's: a JWK with no more members than make the key. Browsers have
    /// it in the header, the specification in the payload.
    func introducedKey() throws(Failure) -> Text {
        guard let members = jws.introducedKey ?? jws.payload["key"]?.object, let text = members.encoded() else {
            throw Self.invalid("has no key")
        }
        try verify(with: text)
        guard let key = (try? JWK(members))?.key.jwk?.encoded() else {
            throw Self.invalid("has a key that cannot be kept")
        }
        return key
    }

    private static func invalid(_ problem: Text) -> Failure {
        Failure(.deviceProofInvalid, "the browser's proof of its device \(problem)")
    }
}
