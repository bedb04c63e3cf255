import Basics
import JOSE
import JSON
import OpenIDConnect

/// Aggregated and distributed claims (OIDC Core 5.6.2).
extension CodeExchange {
    /// `claims`, and under them what the sources that `documents` name say. What cannot be trusted or had is left out and
    /// logged: no login fails for it, and the authorization rules see that the claim is not there.
    func addingSourcedClaims(of documents: [JSONObject], to claims: JSONObject) -> JSONObject {
        var merged = claims
        merged.removeAll(named: ClaimSource.memberNames)
        for source in documents.flatMap({ ClaimSource.read($0) }).prefix(ClaimSource.most) {
            do throws(Failure) {
                merged = UserInfo.merge(try self.claims(of: source), under: merged)
            } catch {
                application.log(Event("claim_source_ignored", error, provider: provider.name))
            }
        }
        merged.removeAll(named: ClaimSource.memberNames)
        return merged
    }

    private func claims(of source: ClaimSource) throws(Failure) -> JSONObject {
        switch source.place {
        case .token(let text):
            let token = try ClaimsToken(text)
            if token.issuer == metadata.issuer { return try ownClaims(source.claimNames, in: token) }
            return try claims(source.claimNames, in: token, of: provider.claimsProviders)
        case .endpoint(let endpoint, let accessToken):
            // Nothing is sent anywhere on the provider's word alone.
            let listed = provider.claimsProviders.filter { $0.issuer.origin == endpoint.origin }
            guard let first = listed.first else {
                throw Failure(
                    .userInfoInvalid,
                    "distributed claims are at \(endpoint.origin), where no issuer of claims_providers is")
            }
            let response = try first.send(ClaimSource.request(at: endpoint, accessToken: accessToken))
            return try claims(source.claimNames, in: ClaimsToken(validating: response), of: listed)
        }
    }

    private func claims(
        _ names: [Text], in token: ClaimsToken, of listed: [ClaimsProvider]
    ) throws(Failure) -> JSONObject {
        guard let claimsProvider = listed.first(where: { $0.issuer.text == token.issuer }) else {
            throw Failure(
                .userInfoInvalid, "claims are of the issuer \(token.issuer.forMessage), which claims_providers has not")
        }
        return try claimsProvider.claims(names, in: token, clientID: provider.client.id, now: now)
    }

    /// The provider may pass on claims of its own in this way.
    private func ownClaims(_ names: [Text], in token: ClaimsToken) throws(Failure) -> JSONObject {
        let algorithms = (provider.client.allowedAlgorithms ?? metadata.signingAlgorithms).filter { !$0.isSymmetric }
        return try application.withKeys(of: provider, metadata, now, unless: .jwkSetInvalid) {
            (keys) throws(Failure) in
            try token.claims(
                names, keys: keys, algorithms: algorithms, clientID: provider.client.id, now: now.seconds)
        }
    }
}
