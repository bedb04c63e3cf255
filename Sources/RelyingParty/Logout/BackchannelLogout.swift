import Basics
import Environment
import JSON
import OpenIDConnect
import Provider
import Session
import Settings

/// A logout that the provider itself reports, without the browser (OpenID Connect Back-Channel Logout 1.0). The sessions that
/// it ends are in browsers: the memory of ended sessions refuses them when they come.
struct BackchannelLogout {
    /// Seconds after which a provider should try again.
    private static let retryTime: Int64 = 30

    let visit: Visit
    let report: LogoutReport

    private var application: Application { visit.application }

    /// Ends what a valid logout token names, and nothing otherwise. Whatever costs a request to the provider comes last.
    func run(_ context: FlowContext) -> Answer {
        var sender: Provider?
        do throws(Failure) {
            let (token, provider) = try receivedToken(context.now)
            sender = provider
            try verify(token, at: provider, context)
            if !token.isEmpty {
                try end(token, at: provider)
                context.report(.backchannelLogout(provider: provider.name, user: user(of: token)))
            }
            return answer(.toProvider(report))
        } catch {
            let failure = context.secrets.hide(in: error)
            context.report(.backchannelLogoutRefused(failure, provider: sender?.name))
            var answer = answer(
                .toProvider(report, error: failure, retryAfter: isTemporary(failure) ? Self.retryTime : nil))
            answer.failure = failure
            return answer
        }
    }

    /// No cookie goes to a provider.
    private func answer(_ response: OutgoingResponse) -> Answer {
        var answer = Answer(response)
        answer.sessionHeaders = []
        return answer
    }

    /// Whether the provider should try again: the token may be good.
    private func isTemporary(_ failure: Failure) -> Bool {
        switch failure.code.entry.category {
        case .tokenInvalid, .requestRefused, .invalidArgument, .limitExceeded: false
        default: true
        }
    }

    // MARK: - The token

    /// The token, and the provider whose it claims to be, by issuer and client. Not verified.
    private func receivedToken(_ now: Now) throws(Failure) -> (LogoutToken, Provider) {
        let (text, subject) = try message()
        let endpoint = application.site.url.origin + visit.incoming.path
        for provider in application.providers.all
        where provider.settings.oauth2 == nil && provider.settings.logout.reports.contains(report) {
            let signed = try report == .backchannelLogout ? LogoutToken.decrypt(text, for: provider.client) : text
            guard let signed else { continue }
            let token = try LogoutToken(signed, report, at: endpoint, about: subject, now: now.seconds)
            if provider.settings.sends(token) { return (token, provider) }
        }
        throw invalid(
            "the logout token is not from a configured issuer for its client_id, or not encrypted as registered")
    }

    /// The token as it was sent; and whom it is about, if the request says so beside it.
    private func message() throws(Failure) -> (Text, JSONObject?) {
        let incoming = visit.incoming
        switch report {
        case .backchannelLogout:
            let tokens = incoming.isForm ? FormEncoding.decode(incoming.body)?.values(of: "logout_token") ?? [] : []
            guard tokens.count == 1, let text = tokens.first else {
                throw invalid("the request is not a form with exactly one logout_token")
            }
            return (text, nil)
        case .securityEvent:
            guard incoming.hasBody(of: "application/secevent+jwt") else {
                throw invalid("the request is not of the type application/secevent+jwt")
            }
            return (incoming.body.trimmed(), nil)
        case .globalTokenRevocation:
            // Drafts of different age call it by different names.
            guard incoming.hasBody(of: "application/json"), let token = incoming.authorization?.splitOnce(at: " "),
                token.before.lowercasedASCII() == "bearer", let body = JSONObject(parsing: incoming.body.bytes),
                body.has("sub_id") != body.has("subject"), let subject = (body["sub_id"] ?? body["subject"])?.object
            else { throw invalid("the request has no bearer token, or not one sub_id in JSON") }
            return (token.after, subject)
        }
    }

    private func verify(_ token: LogoutToken, at provider: Provider, _ context: FlowContext) throws(Failure) {
        context.secrets.add(provider.client)
        try provider.requireReach(context)
        let metadata = try provider.metadata(context)
        try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            try token.verify(client: provider.client, metadata: metadata, keys: keys, now: context.now.seconds)
        }
    }

    private func invalid(_ problem: Text) -> Failure { Failure(.logoutTokenInvalid, problem) }

    private func user(of token: LogoutToken) -> Text? {
        guard let subject = token.subject else { return nil }
        var claims = JSONObject()
        claims["iss"] = .string(token.issuer)
        claims["sub"] = .string(subject)
        return application.settings.logIdentity.user(claims)
    }

    // MARK: - The end

    /// Ends what the token names, at each provider that is the same client of the same issuer. Once for each token; if that
    /// could not be remembered, the same token may come again.
    private func end(_ token: LogoutToken, at provider: Provider) throws(Failure) {
        // Sessions that have begun since the request arrived have ended, too.
        let now = try Now(application.environment.clock)
        let (memory, fingerprint) = (application.endedSessions, provider.fingerprint)
        let ids = try memory.keyHash.keys(for: .tokenID(token.id), at: provider.settings)
        let stored = application.storedSessions
        guard let id = ids.first, !memory.hasUsed(token: id, issuedAt: token.issuedAt, of: fingerprint),
            try stored?.knowsEnd(of: ids, created: token.issuedAt) != true
        else { throw Failure(.logoutTokenReplayed, "a logout token with this jti was used before") }
        for same in application.providers.all
        where (token.isForEndpoint || same.client.id == provider.client.id) && same.settings.sends(token) {
            let keys = try keys(of: token, at: same.settings)
            guard application.end(.keys(keys), of: same, now) else {
                throw Failure(.sessionEndNotRemembered, "out of memory: the logout could not be remembered")
            }
        }
        let expiry = token.issuedAt + LogoutToken.longestUse
        try stored?.shareEnd(of: ids, created: token.issuedAt, lifetime: max(expiry - now.seconds, 1))
        _ = memory.use(token: id, issuedAt: token.issuedAt, expiry: expiry, of: fingerprint, now)
    }

    /// The keys of the sessions that it names: by "sid", that one, and those of the subject, if named too, whose "sid" is
    /// unknown; by the subject alone, all of its sessions.
    private func keys(of token: LogoutToken, at provider: ProviderSettings) throws(Failure) -> [UInt64] {
        let hash = application.endedSessions.keyHash
        var keys: [UInt64] = []
        if let session = token.sessionID { keys += try hash.keys(for: .providerSession(session), at: provider) }
        if let subject = token.subject {
            let issuer = token.issuer
            keys += try hash.keys(
                for: token.sessionID == nil
                    ? .subject(subject, issuer: issuer) : .unnamedSessions(subject: subject, issuer: issuer),
                at: provider)
        }
        return keys
    }
}

extension ProviderSettings {
    /// Whether a token claims to be from this provider, for its client.
    fileprivate func sends(_ token: LogoutToken) -> Bool {
        guard oauth2 == nil else { return false }
        return token.isFor(client, issuer: issuer)
            || (issuerMayEndInSlash && token.isFor(client, issuer: issuer + "/"))
    }
}
