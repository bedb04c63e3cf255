import Basics
import Cryptography
import Environment
import JSON
import OpenIDConnect
import Provider
import Session
import Settings

/// Gets a session new tokens (RFC 6749 6), and the user's claims as they are now if the provider sends an ID token along
/// (OIDC Core 12). The host's page follows.
struct Refresh {
    /// Seconds that the claims may be overdue because of answers that fail a check.
    private static let longestDelay: Int64 = 86_400

    let visit: Visit
    let session: Session
    let tokens: SessionTokens

    private var application: Application { visit.application }

    /// Fails if everything stays as it is.
    func run(_ context: FlowContext) throws(Failure) -> Answer? {
        guard let provider = application.providers.provider(of: session), let request else { throw Self.unavailable }
        context.secrets.add(provider.client)
        for token in [tokens.refreshToken, tokens.accessToken, tokens.idToken] {
            if let token { context.secrets.add(token) }
        }
        guard let shared = SharedRefresh(visit: visit, session: session, token: tokens.refreshToken) else {
            return try redeem(request, provider, nil, context)
        }
        return try shared.run(timeout: provider.timeout, context) { () throws(Failure) in
            try redeem(request, provider, shared, context)
        }
    }

    private func redeem(
        _ request: RefreshRequest, _ provider: Provider, _ shared: SharedRefresh?, _ context: FlowContext
    ) throws(Failure) -> Answer? {
        do throws(Failure) {
            return try store(provider.refresh(request, context), provider, context)
        } catch {
            guard error.code.endsSession || hasLostClaims(by: error, context.now) else { throw error }
            if let newer = try shared?.newerResult(context) { return newer }
            context.report(.sessionEnded(error, provider: provider.name))
            return visit.sessionEnded(error)
        }
    }

    /// Whether the claims should have been read a day ago, and answers that cannot be used still prevent it: whoever causes
    /// them would keep claims. Outages end no session.
    private func hasLostClaims(by failure: Failure, _ now: Now) -> Bool {
        guard failure.code.isOfAnAnswer, let lifetime = application.settings.claimsLifetime else { return false }
        return tokens.needsClaims(lifetime: lifetime + Self.longestDelay, now)
    }

    static var unavailable: Failure {
        Failure(
            .tokenUnavailable,
            "the session has no refresh token: the provider sent none, as without the scope offline_access, or it was not kept"
        )
    }

    /// Nil without a refresh token.
    private var request: RefreshRequest? {
        guard let refreshToken = tokens.refreshToken, let claims = JSONObject(parsing: session.userJSON.bytes),
            let issuer = claims["iss"]?.text, let subject = claims["sub"]?.text
        else { return nil }
        return RefreshRequest(
            refreshToken: refreshToken,
            proofKey: tokens.proofKey.flatMap { PrivateKey.ec(.p256, curveNumbers: $0) },
            original: tokens.statements.map {
                OriginalLogin(issuer: issuer, subject: subject, time: session.created, statements: $0)
            },
            subject: subject)
    }

    private func store(
        _ refreshed: RefreshedTokens, _ provider: Provider, _ context: FlowContext
    ) throws(Failure) -> Answer {
        if let failure = refreshed.failure, hasLostClaims(by: failure, context.now) { throw failure }
        if refreshed.claims == nil, refreshed.failure == nil, application.settings.claimsLifetime != nil,
            provider.isFirstWithoutClaims()
        {
            context.report(.claimsNotRefreshed(provider: provider.name))
        }
        var kept = tokens
        kept.refreshToken = refreshed.refreshToken ?? tokens.refreshToken
        if let response = refreshed.response {
            if application.settings.exposedTokens.contains(.access) {
                kept.takeAccessToken(response, at: context.now.seconds)
            }
            if kept.idToken != nil { kept.idToken = refreshed.idToken ?? kept.idToken }
        }
        // A failure is not tried again at each request; in other processes neither.
        if refreshed.claims != nil || refreshed.failure == nil { kept.claimsTime = context.now.seconds }
        if let claims = refreshed.claims {
            if provider.settings.oauth2 == nil, let end = try SessionExpiry.read(claims) {
                kept.end = min(end, kept.end ?? end)
            }
            if let end = kept.end, end <= context.now.seconds {
                throw Failure(.refreshRefused, "the provider has ended the session: its session_expiry is past")
            }
            kept.changedClaims = try application.sessionWriter.changes(of: session, to: claims, at: provider.settings)
        }
        // No cookie is written if nothing has changed.
        guard kept != tokens else { return Answer(nil, failure: refreshed.failure) }
        if let shared = SharedRefresh(visit: visit, session: session, token: tokens.refreshToken) {
            return try shared.store(kept, refreshed.failure, context)
        }
        let storage = RefreshStorage(visit: visit, session: session, tokens: kept, provider: provider.name)
        let stored = try storage.store(context)
        var answer = Answer(nil, failure: refreshed.failure)
        answer.session = .refreshed(stored.tokens)
        answer.sessionHeaders = stored.headers
        return answer
    }
}

extension Visit {
    /// The answer to a refresh that has ended the session, or found it ended: the host's page follows.
    func sessionEnded(_ failure: Failure) -> Answer {
        var answer = Answer(nil, failure: failure)
        answer.session = .ended()
        answer.sessionHeaders = application.sessionWriter.headers(toRemoveFrom: incoming.cookies)
        return answer
    }
}
