import Basics
import JOSE
import JSON
import OpenIDConnect
import TestSupport

/// A provider, a client and a good answer of every kind; tests change one thing each.
enum Sample {
    static let issuer = "https://id.example.com"
    static let clientID: Text = "client-1"
    static let clientSecret = "s3cret-of-at-least-32-characters!"
    /// 2026-11-18.
    static let now: Int64 = 1_795_000_000
    static let nonce: Text = "nonce-of-this-login"
    static let accessToken: Text = "access-token"
    /// Its text is "verifier".
    static let codeVerifier = CodeVerifier(random: [0xBD, 0xEA, 0xE2, 0x7E, 0x27, 0xAB])

    static func grant(_ code: Text, _ client: Client) -> TokenGrant {
        .authorizationCode(code, of: client, codeVerifier)
    }
    static let redirectURI = "https://app.example.com/oauth2callback"

    static let metadataMembers: JSONObject = [
        "issuer": "\(issuer)", "authorization_endpoint": "\(issuer)/authorize", "token_endpoint": "\(issuer)/token",
        "jwks_uri": "\(issuer)/jwks", "userinfo_endpoint": "\(issuer)/userinfo",
    ]

    /// The metadata with these members; `.null` takes one out.
    static func metadata(_ changes: JSONObject = [:]) throws -> ProviderMetadata {
        var members = metadataMembers
        for change in changes.members { members[change.name] = change.value == .null ? nil : change.value }
        return try ProviderMetadata(validating: .json(members), issuer: Text(issuer))
    }

    static func client(
        id: Text = clientID, secret: String? = clientSecret, method: ClientAuthenticationMethod? = nil,
        assertion: ClientAssertionSettings = .init(), authorization: AuthorizationSettings = .init(),
        algorithms: [SigningAlgorithm]? = nil, tokens: TokenSettings = .init(), trusted: [Text] = []
    ) throws -> Client {
        Client(
            id: id, secret: secret.map { Secret(Text($0)) }, redirectURI: try url(redirectURI),
            authenticationMethod: method, assertion: assertion, authorization: authorization,
            allowedAlgorithms: algorithms, tokens: tokens, trustedAudiences: trusted)
    }

    static var claims: JSONObject {
        [
            "iss": "\(issuer)", "sub": "user-1", "aud": .string(clientID), "iat": .integer(now),
            "exp": .integer(now + 300), "nonce": .string(nonce), "name": "Ada",
        ]
    }

    static func keys(_ keys: [TestKey] = TestKey.all.filter { $0 !== TestKey.newerRSA }) throws -> JWKSet {
        try JWKSet(validating: .json(["keys": .array(keys.map { .object($0.jwk) })]))
    }
}

/// One validation of an ID token, all of it good until a test changes something.
struct Judgement {
    var token = TestToken(claims: Sample.claims)
    var client: Client
    var keys: JWKSet
    var metadata: ProviderMetadata
    var maxAge: Int64?
    var now = Sample.now
    /// Made by `token` when it is nil.
    var encoded: Text?

    init(claims changes: JSONObject = [:]) throws {
        client = try Sample.client()
        keys = try Sample.keys()
        metadata = try Sample.metadata()
        token.change(claims: changes)
    }

    func validate() throws -> JSONObject {
        let validation = IDTokenValidation(
            client: client, metadata: metadata, nonce: Sample.nonce, maxAge: maxAge, now: now)
        let signed = try validation.decrypt(encoded ?? token.signed())
        return try validation.validate(signed, accessToken: Sample.accessToken, keys: keys)
    }

    /// Why the token is refused; nil if it is accepted.
    func refusalCode() throws -> ErrorCode? { try refusal { try validate() } }
}
