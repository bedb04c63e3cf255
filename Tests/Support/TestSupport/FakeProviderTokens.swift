import Basics
import Cryptography
import Foundation
import JSON
import OpenIDConnect

/// The token endpoint: codes that are good once, and refresh tokens that rotate without leeway.
extension FakeProvider {
    /// RFC 6749 6, with RFC 9700 4.14.2.
    private func respondWithRefreshedTokens(to request: HTTPRequest) throws(Failure) -> HTTPResponse {
        let fields = FormEncoding.decode(request.body) ?? []
        guard request.method == .post, fields.map(\.name).prefix(2) == ["grant_type", "refresh_token"],
            isAuthentic(request)
        else { return .of(401, #"{"error":"invalid_client"}"#) }
        if let refusal = try refusal(of: request, at: .token, accessToken: nil) { return refusal }
        let token = fields.values(of: "refresh_token").first ?? ""
        guard let family = families.firstIndex(where: { $0.contains(token) }) else {
            return .of(400, #"{"error":"invalid_grant"}"#)
        }
        if families[family].first != token {
            reuses += 1
            revokedFamilies.insert(family)
        }
        guard !revokedFamilies.contains(family) else { return .of(400, #"{"error":"invalid_grant"}"#) }
        return .json(tokens(nonce: nil, family: family))
    }

    /// Every login's refresh tokens are over.
    package func revokeAll() { lock.withLock { revokedFamilies = Set(families.indices) } }

    /// RFC 6749 5.2, RFC 7636 4.6: the code is good once, for the right client and code verifier.
    func respondWithTokens(to request: HTTPRequest) throws(Failure) -> HTTPResponse {
        let fields = FormEncoding.decode(request.body) ?? []
        if fields.values(of: "grant_type") == ["refresh_token"] { return try respondWithRefreshedTokens(to: request) }
        if fields.values(of: "grant_type").first?.string.hasSuffix(":device_code") == true {
            return respondWithTokens(toDevice: request, fields)
        }
        let code = fields.values(of: "code").first ?? ""
        let verifier = fields.values(of: "code_verifier").first ?? ""
        guard request.method == .post, fields.values(of: "grant_type") == ["authorization_code"], isAuthentic(request)
        else { return .of(401, #"{"error":"invalid_client"}"#) }
        if let refusal = try refusal(of: request, at: .token, accessToken: nil) { return refusal }
        let challenge = Base64URL.encode(try Digest.sha256.hash(verifier.bytes))
        guard let asked = pending.removeValue(forKey: code.string),
            !checksPKCE || asked.values(of: "code_challenge") == [challenge],
            asked.values(of: "redirect_uri") == fields.values(of: "redirect_uri")
        else { return .of(400, #"{"error":"invalid_grant"}"#) }
        families.append([])
        return .json(tokens(nonce: asked.values(of: "nonce").first ?? "", family: families.count - 1))
    }

    /// `nonce`: nil at a refresh, and for a device.
    func tokens(nonce: Text?, family: Int) -> JSONObject {
        let accessToken = Text("access-token-\(issued.count)-of-\(clientID)")
        let now = clock.seconds()
        var token = TestToken(keyID: signingKey.keyID, claims: user)
        token.claims["iss"] = .string(Text(issuer))
        token.claims["aud"] = .string(Text(clientID))
        token.claims["nonce"] = nonce.map { .string($0) }
        token.claims["iat"] = .integer(now)
        token.claims["exp"] = .integer(now + 300)
        editToken(&token)
        if signsWithSecret { token.header["alg"] = "HS256" }
        let mac = try? token.authenticated(.hs256, with: Secret(Text(macSecret)))
        let idToken = signsWithSecret ? mac ?? "" : token.signed(with: signingKey)
        issued += [accessToken, idToken]
        var response: JSONObject = [
            "access_token": .string(accessToken), "token_type": proofCheck == nil ? "Bearer" : "DPoP",
            "id_token": .string(idToken),
        ]
        if nonce == nil, !refreshesIDToken { response["id_token"] = nil }
        response["expires_in"] = accessTokenLifetime.map { .integer($0) }
        if givesRefreshTokens {
            let refreshToken = Text("refresh-token-\(issued.count)-of-\(clientID)")
            issued.append(refreshToken)
            families[family].insert(refreshToken, at: 0)
            response["refresh_token"] = .string(refreshToken)
        }
        editTokenResponse(&response)
        return response
    }
}
