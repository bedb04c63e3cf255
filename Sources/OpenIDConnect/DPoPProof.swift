package import Basics
package import Cryptography
import JOSE
import JSON

/// The proof for one request that the client has the key that an access token is bound to (RFC 9449 4.2).
package struct DPoPProof {
    let key: PrivateKey
    /// "jti", never used before.
    let id: Text
    let now: Int64
    /// The value that the server expects back (8).
    let nonce: Text?

    /// `key`: on P-256. `id`: of 128 random bits.
    package init(key: PrivateKey, id: Text, now: Int64, nonce: Text?) {
        self.key = key
        self.id = id
        self.now = now
        self.nonce = nonce
    }

    /// The JWT for the header DPoP. `accessToken`: the token sent with it, except at the token endpoint.
    package func encoded(
        for method: HTTPRequest.Method, _ url: AbsoluteURL, accessToken: Text? = nil
    ) throws(Failure) -> Text {
        var claims = JSONObject()
        claims["jti"] = .string(id)
        claims["htm"] = .string(method == .get ? "GET" : "POST")
        // "without query and fragment parts": otherwise unchanged, for servers that compare texts.
        claims["htu"] = .string(url.text.splitOnce(at: "?")?.before ?? url.text)
        claims["iat"] = .integer(now)
        if let accessToken {
            claims["ath"] = .string(Base64URL.encode(try Digest.sha256.hash(accessToken.bytes)))
        }
        if let nonce { claims["nonce"] = .string(nonce) }
        let header = JWS.Header(type: "dpop+jwt", carriesPublicKey: true)
        return try JWS.sign(claims, header: header, with: key, algorithm: .es256)
    }
}

/// Servers' messages about the nonce of proofs (RFC 9449 8, 9).
package enum DPoPNonce {
    private static let longest = 1024

    /// The nonce to use from now on, if this response contains a well-formed one (8.1).
    package static func next(in response: HTTPResponse) -> Text? {
        guard let nonce = response.dpopNonce, (1...longest).contains(nonce.count), nonce.isVisibleASCII,
            !nonce.contains("\""), !nonce.contains("\\")
        else { return nil }
        return nonce
    }

    /// Whether the token endpoint refused the request only for its nonce (8).
    package static func isWanted(byTokenEndpoint response: HTTPResponse) -> Bool {
        response.status == 400 && JSONObject(parsing: response.body)?["error"] == .string("use_dpop_nonce")
    }

    /// Whether a protected resource did (9): a challenge of the scheme DPoP, in any letter case, with this error.
    package static func isWanted(byResource response: HTTPResponse) -> Bool {
        response.status == 401
            && response.challenges.contains { challenge in
                let text = challenge.lowercasedASCII()
                // One line may contain several (RFC 9110 11.6.1).
                let isDPoP = text.hasPrefix("dpop ") || text.contains(text: ", dpop ") || text.contains(text: ",dpop ")
                return isDPoP && text.contains(text: "use_dpop_nonce")
            }
    }
}
