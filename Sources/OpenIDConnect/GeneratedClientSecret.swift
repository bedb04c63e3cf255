import Basics
import JOSE
import JSON

extension ClientAssertion {
    /// A client secret for Apple: a JWT about the client, signed by the developer team and made anew for each request. Sent
    /// like any client secret, unlike the assertions of RFC 7523.
    func generatedSecret(of client: Client, team: Text, for metadata: ProviderMetadata) throws(Failure) -> Text {
        guard let key = client.assertion.key else {
            throw Failure(.configurationInvalid, "team_id requires a client_private_key")
        }
        var claims = JSONObject()
        claims["iss"] = .string(team)
        claims["sub"] = .string(client.id)
        claims["aud"] = .string(metadata.issuer)
        claims["iat"] = .integer(now)
        claims["exp"] = .integer(now + Self.lifetime)
        return try JWS.sign(claims, header: .init(keyID: client.assertion.keyID), with: key, algorithm: .es256)
    }
}
