package import Basics
package import Cryptography
import Environment
import JSON
package import OpenIDConnect
import Settings

/// The requests to a provider that exchange a grant for tokens, and ask what these say about the user.
package struct TokenExchange {
    let provider: Provider
    let metadata: ProviderMetadata
    let context: FlowContext
    /// The key that access tokens are bound to; nil if they are unbound.
    let proofKey: PrivateKey?

    var now: Now { context.now }

    /// `proofKey`: that of an earlier exchange; nil makes a new one, if access tokens are bound.
    package init(
        _ provider: Provider, _ metadata: ProviderMetadata, proofKey: PrivateKey? = nil, _ context: FlowContext
    ) throws(Failure) {
        self.provider = provider
        self.metadata = metadata
        self.context = context
        self.proofKey = try Self.proofKey(proofKey, provider, context)
    }

    private static func proofKey(
        _ earlier: PrivateKey?, _ provider: Provider, _ context: FlowContext
    ) throws(Failure) -> PrivateKey? {
        guard provider.client.tokens.bindsAccessTokens else { return nil }
        if let earlier { return earlier }
        let entry = try context.entry { () throws(Failure) in .proofKey(try PrivateKey.generate(.p256)) }
        guard case .proofKey(let key) = entry else { throw Journal.strayed }
        return key
    }

    /// The token endpoint's response to a grant. Each try has a client assertion and a proof of its own.
    func send(_ grant: TokenGrant) throws(Failure) -> HTTPResponse {
        try send(to: .authorizationServer) { (proof) throws(Failure) in
            try TokenRequest(
                client: provider.client, grant: grant, assertionID: try context.newID(), now: now.seconds, proof: proof
            ).encoded(for: metadata)
        }
    }

    /// For messages.
    var requestName: Text {
        provider.client.naming("the token request", to: metadata.tokenEndpoint, of: metadata)
    }

    /// The claims of the ID token, after every check.
    func validate(
        _ idToken: IDTokenValidation.SignedToken, _ validation: IDTokenValidation, accessToken: Text?
    ) throws(Failure) -> JSONObject {
        try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            try validation.validate(idToken, accessToken: accessToken, keys: keys)
        }
    }

    /// The claims of the ID token, and those that it lacks.
    func addingUserInfo(to claims: JSONObject, accessToken: Text?) throws(Failure) -> JSONObject {
        guard let userInfo = try requestUserInfo(accessToken, idTokenClaims: claims) else {
            return addingSourcedClaims(of: [claims], to: claims)
        }
        return addingSourcedClaims(of: [claims, userInfo], to: UserInfo.merge(userInfo, under: claims))
    }
}
