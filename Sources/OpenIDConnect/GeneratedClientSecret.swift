import Basics
import JOSE
import JSON

extension ClientAssertion {
    /// A client secret as Apple has it: a JWT of the developer team's about the client, made anew for each request. Sent
    /// where any client secret is, unlike the assertions of RFC 7523.
    func generatedSecret(of client: Client, team: Text, for metadata: ProviderMetadata) throws(Failure) -> Text {
        guard let key = client.assertion.key else {
            throw Failure(.configurationInvalid, "team_id needs a client_private_key, which is not configured")
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
