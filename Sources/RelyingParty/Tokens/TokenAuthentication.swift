import Basics
import Environment
import JOSE
import JSON
import OpenIDConnect
import Provider
import Session
import Settings

/// Authenticates a request by its access token, for a program that calls what a browser's user sees: the site as a protected
/// resource. No cookie counts, none is set, and nobody is sent to a login.
struct TokenAuthentication {
    let visit: Visit

    private var application: Application { visit.application }

    /// The user of a valid token, or the refusal. Whatever costs a request to the provider comes last.
    func run(_ context: FlowContext) -> Answer {
        var (provider, user) = (nil, nil) as (Provider?, Text?)
        do throws(Failure) {
            let credentials = try TokenCredentials(visit.incoming)
            context.secrets.add(credentials.token)
            let proof = try self.proof(credentials, context)
            let (found, claims) = try claims(credentials.token, &provider, context)
            user = application.settings.logIdentity.user(claims, context.secrets)
            var answer = Answer(nil)
            answer.session = .presented(try session(claims, found, credentials, proof, context))
            return answer
        } catch {
            let failure = context.secrets.hide(in: error)
            context.report(.accessTokenRefused(failure, provider: provider?.name, user: user))
            return Answer(visit.tokenRefusal(failure, at: provider), failure: failure)
        }
    }

    private func proof(
        _ credentials: TokenCredentials, _ context: FlowContext
    ) throws(Failure) -> DPoPProofValidation? {
        guard let proof = credentials.proof else { return nil }
        context.secrets.add(proof)
        return try DPoPProofValidation(
            proof, method: visit.incoming.method, origin: application.site.url.origin, path: visit.incoming.path,
            accessToken: credentials.token, now: context.now.seconds)
    }

    // MARK: - The token

    /// Its claims, once it is known to be the provider's. `sender`: the provider as soon as the token names it.
    private func claims(
        _ token: Text, _ sender: inout Provider?, _ context: FlowContext
    ) throws(Failure) -> (Provider, JSONObject) {
        if let jws = JWS(token), AccessTokenValidation.isAccessToken(jws),
            application.tokenProviders.contains(where: { $0.client.accessTokens?.verifiesJWTs == true })
        {
            return try verified(jws, &sender, context)
        }
        for provider in application.tokenProviders {
            guard let settings = provider.client.accessTokens, settings.introspects,
                let validation = AccessTokenValidation(client: provider.client, now: context.now.seconds)
            else { continue }
            sender = provider
            let answer = try provider.introspect(token, settings, context)
            // The metadata's, which may end in "/".
            let issuer = provider.cachedMetadata?.issuer ?? provider.settings.issuer
            return (provider, try validation.validate(introspected: answer, issuer: issuer))
        }
        throw AccessTokenValidation.invalid("is not a signed JWT of the type at+jwt, or it is encrypted")
    }

    private func verified(
        _ jws: JWS, _ sender: inout Provider?, _ context: FlowContext
    ) throws(Failure) -> (Provider, JSONObject) {
        let issuer = jws.payload["iss"]?.text ?? ""
        for provider in application.tokenProviders
        where provider.settings.isIssuer(issuer) || TenantIssuer.matches(issuer, template: provider.settings.issuer) {
            guard provider.client.accessTokens?.verifiesJWTs == true,
                let validation = AccessTokenValidation(client: provider.client, now: context.now.seconds),
                validation.isForSite(jws)
            else { continue }
            sender = provider
            try validation.validate(jws)
            try provider.requireReach(context)
            let metadata = try provider.metadata(context)
            try provider.withKeys(metadata, context) { (keys) throws(Failure) in
                try validation.verify(jws, metadata: metadata, keys: keys)
            }
            return (provider, jws.payload)
        }
        throw AccessTokenValidation.invalid("is not from a configured issuer for its bearer_audience")
    }

    // MARK: - The user

    private func session(
        _ claims: JSONObject, _ provider: Provider, _ credentials: TokenCredentials, _ proof: DPoPProofValidation?,
        _ context: FlowContext
    ) throws(Failure) -> Session {
        let now = context.now
        try AccessTokenValidation(client: provider.client, now: now.seconds)?
            .validateUse(of: claims, maxAge: provider.settings.maxAge)
        if let refusal = provider.settings.authorizationRules.refusal(of: claims) {
            throw Failure(.userNotAllowed, refusal)
        }
        let session = try application.sessionWriter.session(
            ofToken: credentials.token, claims, isBound: proof != nil, at: provider.settings,
            fingerprint: provider.fingerprint, now)
        guard try !application.sessionReader.hasEnded(token: session) else {
            throw AccessTokenValidation.invalid("was issued before sessions of its user were ended")
        }
        try verify(proof, of: claims, at: provider, now)
        return session
    }

    /// A bound token comes with a proof, and an unbound one without (RFC 9449 7.1, 7.2).
    private func verify(
        _ proof: DPoPProofValidation?, of claims: JSONObject, at provider: Provider, _ now: Now
    ) throws(Failure) {
        guard let key = try AccessTokenValidation.boundKey(of: claims) else {
            guard proof == nil, provider.client.accessTokens?.requiresProof == false else {
                throw AccessTokenValidation.invalid("is bound to no key, but presented or required to be")
            }
            return
        }
        guard let proof else {
            throw AccessTokenValidation.invalid("is bound to a key, but comes without a DPoP proof")
        }
        try proof.verify(boundKey: key)
        guard try use(proof, at: provider, now) else { throw DPoPProofValidation.invalid("was used before") }
    }

    /// Once in this process, or in all that share a store.
    private func use(_ proof: DPoPProofValidation, at provider: Provider, _ now: Now) throws(Failure) -> Bool {
        let memory = application.endedSessions
        let key = try memory.keyHash.keys(for: .tokenID(proof.id), at: provider.settings).first ?? 0
        let expiry = proof.issuedAt + DPoPProofValidation.longestUse
        if let stored = application.storedSessions {
            return try stored.addOnce(key, lifetime: max(expiry - now.seconds, 1))
        }
        return memory.use(
            proof: key, issuedAt: proof.issuedAt, expiry: expiry, of: provider.fingerprint, now)
    }
}
