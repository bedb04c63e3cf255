import Basics
import Cryptography
import JOSE
import JSON

/// Access tokens for the site itself.
extension FakeProvider {
    /// A JWT (RFC 9068 2), each with a jti of its own. `edit`: the last word on it.
    package func accessToken(_ edit: (inout TestToken) -> Void = { _ in }) -> TestToken {
        var token = TestToken(keyID: signingKey.keyID, claims: [:])
        token.header["typ"] = "at+jwt"
        for claim in accessTokenClaims.members { token.claims[claim.name] = claim.value }
        token.claims["jti"] = .string(Text("jti-\(lock.withLock { nextLogout() })"))
        edit(&token)
        return token
    }

    private var accessTokenClaims: JSONObject {
        [
            "iss": .string(Text(issuer)), "aud": "https://app.example.com", "sub": "user-1", "client_id": "script",
            "scope": "openid app:read", "iat": .integer(clock.seconds()), "exp": .integer(clock.seconds() + 300),
        ]
    }

    /// An opaque one that is active, and what its introspection says. `edit`: the last word on that.
    package func opaqueToken(_ edit: (inout JSONObject) -> Void = { _ in }) -> Text {
        var claims = accessTokenClaims
        claims["active"] = true
        claims["token_type"] = "Bearer"
        edit(&claims)
        return lock.withLock {
            let token = Text("opaque-token-\(nextLogout())-of-\(clientID)")
            introspections[token.string] = claims
            issued.append(token)
            return token
        }
    }

    /// RFC 7662 2.1, 2.2: the client's authentication is as at the token endpoint. With the lock held.
    func respond(toIntrospection request: HTTPRequest) -> HTTPResponse {
        let fields = FormEncoding.decode(request.body) ?? []
        guard request.method == .post, isAuthentic(request) else { return .of(401, #"{"error":"invalid_client"}"#) }
        guard let token = fields.values(of: "token").first, fields.count == 2,
            fields.values(of: "token_type_hint") == ["access_token"]
        else { return .of(400, #"{"error":"invalid_request"}"#) }
        return .json(introspections[token.string] ?? ["active": false])
    }
}

/// A client's side of DPoP (RFC 9449 4.2).
package struct TestProof {
    package var token: TestToken
    package var key = TestKey.p256
    package var algorithm = SigningAlgorithm.es256

    /// For one request with this access token.
    package init(
        _ method: Text, _ url: Text, accessToken: Text, at time: Int64, id: Text, with key: TestKey = .p256
    ) throws {
        token = TestToken(.es256, keyID: nil, claims: [:])
        token.header["typ"] = "dpop+jwt"
        token.header["jwk"] = .object(key.publicMembers)
        token.claims["htm"] = .string(method)
        token.claims["htu"] = .string(url)
        token.claims["iat"] = .integer(time)
        token.claims["jti"] = .string(id)
        token.claims["ath"] = .string(Base64URL.encode(try Digest.sha256.hash(accessToken.bytes)))
        self.key = key
    }

    package var signed: Text { token.signed(algorithm, with: key) }

    /// "jkt" of a key on P-256 (RFC 7638 3.2).
    package static func thumbprint(_ key: TestKey) throws -> Text {
        let members = key.publicMembers
        let text =
            #"{"crv":"P-256","kty":"EC","x":"\#(members["x"]?.text?.string ?? "")","y":"\#(members["y"]?.text?.string ?? "")"}"#
        return Base64URL.encode(try Digest.sha256.hash(Array(text.utf8)))
    }
}
