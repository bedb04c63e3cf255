import Basics
import Cryptography
import JOSE
import JSON

/// A server's side of DPoP (RFC 9449 4.3, 8, 9): takes a proof for one request, once.
package final class ProofCheck {
    package enum Verdict: Equatable {
        case good
        case nonceWanted
        case bad(String)
    }

    /// What proofs for an endpoint must have; none need one otherwise.
    package var nonces: [FakeProvider.Endpoint: Text] = [:]
    /// Each proof's "jti", in their order.
    package private(set) var ids: [Text] = []
    /// The keys of the proofs at the token endpoint, in their order.
    package private(set) var tokenKeys: [JSONObject] = []
    /// The key that the last access token is bound to.
    private var key: JSONObject?

    package init() {}

    func judge(
        _ request: HTTPRequest, at endpoint: FakeProvider.Endpoint, accessToken: Text?, now: Int64
    ) throws(Failure) -> Verdict {
        let proofs = request.headers.filter { $0.name == "DPoP" }.map(\.value)
        guard proofs.count == 1, let header = proofs[0].split(at: ".").first.flatMap(Base64URL.decode),
            let members = JSONObject(parsing: header), let jwk = members["jwk"]?.object,
            let proof = JWS(proofs[0]), let set = JWKSet(["keys": [.object(jwk)]])
        else { return .bad("no proof") }
        guard members.members.map(\.name) == ["alg", "typ", "jwk"], members["typ"] == "dpop+jwt",
            jwk.members.map(\.name).sorted(by: { $0.string < $1.string }) == ["crv", "kty", "x", "y"]
        else { return .bad("header") }
        guard proof.verify(with: set, algorithm: .es256) == .genuine else { return .bad("signature") }
        let address = request.url.text.splitOnce(at: "?")?.before ?? request.url.text
        guard proof.payload["htm"] == (request.method == .get ? "GET" : "POST"),
            proof.payload["htu"] == .string(address), proof.payload["iat"] == .integer(now),
            let id = proof.payload["jti"]?.text, id.count == 22, !ids.contains(id)
        else { return .bad("claims") }
        ids.append(id)
        let hash = try accessToken.map { (token) throws(Failure) in
            JSON.string(Base64URL.encode(try Digest.sha256.hash(token.bytes)))
        }
        guard proof.payload["ath"] == hash else { return .bad("ath") }
        if accessToken == nil {
            key = jwk
            tokenKeys.append(jwk)
        }
        guard jwk == key else { return .bad("another key") }
        guard proof.payload["nonce"] == nonces[endpoint].map({ .string($0) }) else { return .nonceWanted }
        return .good
    }
}
