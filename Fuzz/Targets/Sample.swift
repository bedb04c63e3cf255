import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import TestSupport

/// The provider and the client that documents and tokens are for.
enum Sample {
    static let clientID: Text = "client-1"
    static let clientSecret = "s3cret-of-at-least-32-characters!"
    static let metadata: JSONObject = [
        "issuer": "\(FuzzSite.issuer)", "authorization_endpoint": "\(FuzzSite.issuer)/authorize",
        "token_endpoint": "\(FuzzSite.issuer)/token", "jwks_uri": "\(FuzzSite.issuer)/jwks",
        "userinfo_endpoint": "\(FuzzSite.issuer)/userinfo", "response_types_supported": ["code"],
        "authorization_signing_alg_values_supported": ["ES256"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"], "code_challenge_methods_supported": ["S256"],
    ]
    static let jwkSet: JSONObject = [
        "keys": [.object(TestKey.p256.jwk), .object(TestKey.ed25519.jwk)]
    ]
    static let keys = JWKSet(jwkSet) ?? .empty
    static let readMetadata = require {
        try ProviderMetadata(validating: .json(metadata), issuer: Text(FuzzSite.issuer))
    }
    /// Takes plain, signed and encrypted tokens.
    static let client = client(TokenSettings())

    static func client(_ tokens: TokenSettings) -> Client {
        require {
            Client(
                id: clientID, secret: Secret(Text(clientSecret)),
                redirectURI: try url("https://app.example.com/oauth2callback"), tokens: tokens)
        }
    }

    static func require<Value>(_ body: () throws -> Value) -> Value {
        do { return try body() } catch { fatalError("the fuzzer's sample: \(error)") }
    }

    /// A token with these claims, if they are JSON; signed with the provider's key, or with another one if a claim asks
    /// for that, or its "typ" for another type.
    static func token(_ claims: [UInt8]) -> (text: Text, isGenuine: Bool)? {
        guard let claims = JSONObject(parsing: claims) else { return nil }
        var token = TestToken(.es256, keyID: TestKey.p256.keyID, claims: claims)
        if let type = claims["fuzz_typ"] { token.header["typ"] = type }
        if let keyID = claims["fuzz_kid"] { token.header["kid"] = keyID }
        let isForged = claims["fuzz_forged"] != nil
        return (token.signed(.es256, with: isForged ? .secp256k1 : .p256), !isForged)
    }
}
