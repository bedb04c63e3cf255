import Basics
import Environment
import JOSE
import JSON
import OpenIDConnect
import Settings
import Transport

/// Aggregated and distributed claims (OIDC Core 5.6.2).
extension TokenExchange {
    /// `claims`, supplemented by the claims of the sources that `documents` name. Claims that cannot be trusted or fetched
    /// are omitted and logged: no login fails for it, and the authorization rules see that the claim is missing.
    func addingSourcedClaims(of documents: [JSONObject], to claims: JSONObject) -> JSONObject {
        var merged = claims
        merged.removeAll(named: ClaimSource.memberNames)
        // All of them together may take no longer than one request to the provider.
        let timeout = provider.settings.connection.timeout
        guard let deadline = try? context.deadline(after: timeout) else { return merged }
        for source in documents.flatMap({ ClaimSource.read($0) }).prefix(ClaimSource.most) {
            do throws(Failure) {
                merged = UserInfo.merge(try self.claims(of: source, for: claims["sub"], by: deadline), under: merged)
            } catch {
                context.report(.claimSourceIgnored(context.secrets.hide(in: error), provider: provider.name))
            }
        }
        merged.removeAll(named: ClaimSource.memberNames)
        return merged
    }

    private func claims(
        of source: ClaimSource, for subject: JSON?, by deadline: Int64
    ) throws(Failure) -> JSONObject {
        switch source.place {
        case .token(let text):
            let token = try ClaimsToken(text)
            if token.issuer == metadata.issuer { return try ownClaims(source.claimNames, in: token, for: subject) }
            return try claims(source.claimNames, in: token, of: provider.claimsProviders, by: deadline)
        case .endpoint(let endpoint, let accessToken):
            // Nothing is ever sent anywhere merely because the provider says so.
            let listed = provider.claimsProviders.filter { $0.issuer.origin == endpoint.origin }
            guard let first = listed.first else {
                throw Failure(
                    .userInfoInvalid,
                    "distributed claims are at \(endpoint.origin), which is the origin of no issuer in claims_providers"
                )
            }
            let request = ClaimSource.request(at: endpoint, accessToken: accessToken)
            context.secrets.add(request)
            let response = try first.send(request, by: deadline, context)
            return try claims(source.claimNames, in: ClaimsToken(validating: response), of: listed, by: deadline)
        }
    }

    private func claims(
        _ names: [Text], in token: ClaimsToken, of listed: [ClaimsProvider], by deadline: Int64
    ) throws(Failure) -> JSONObject {
        guard let claimsProvider = listed.first(where: { $0.issuer.text == token.issuer }) else {
            throw Failure(
                .userInfoInvalid,
                "claims are from the issuer \(token.issuer.forMessage), which is not in claims_providers")
        }
        return try claimsProvider.claims(names, in: token, clientID: provider.client.id, by: deadline, context)
    }

    /// The provider may pass on its own claims this way. Its subjects are those of ID tokens: a token about another user, who
    /// may have given it away, is ignored.
    private func ownClaims(
        _ names: [Text], in token: ClaimsToken, for subject: JSON?
    ) throws(Failure) -> JSONObject {
        guard token.subject == nil || token.subject == subject else {
            throw Failure(.userInfoSubjectMismatch, "the provider's own claims are about another subject")
        }
        let algorithms = (provider.client.allowedAlgorithms ?? metadata.signingAlgorithms).filter { !$0.isSymmetric }
        return try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            try token.claims(
                names, keys: keys, algorithms: algorithms, clientID: provider.client.id, now: now.seconds)
        }
    }
}
