package import Basics
package import Environment
package import JOSE
import JSON
package import OpenIDConnect
package import Settings
import Transport

/// One configured provider: the client there, and its cached documents.
package final class Provider: Sendable {
    package let name: Text
    package var client: Client { settings.client }
    package let settings: ProviderSettings
    /// Of its settings.
    package let fingerprint: UInt64
    package let authorizationTemplate: AuthorizationRequest.Template

    let claimsProviders: [ClaimsProvider]
    let nonces = DPoPNonces()

    private let sharedCallback: SharedCallback
    private let metadataDocument: CachedDocument<ProviderMetadata>
    private let keys: ProviderKeys
    private let refreshes: RefreshesInFlight
    let introspections: Introspections

    package init(
        _ settings: ProviderSettings, among all: [ProviderSettings], _ environment: Environment
    ) throws(Failure) {
        self.settings = settings
        sharedCallback = SharedCallback(of: settings, among: all)
        metadataDocument = CachedDocument(timeout: settings.connection.timeout)
        keys = ProviderKeys(timeout: settings.connection.timeout)
        refreshes = RefreshesInFlight(timeout: settings.connection.timeout)
        introspections = Introspections(timeout: settings.connection.timeout)
        name = settings.name
        claimsProviders = settings.claimsProviders.map {
            ClaimsProvider(issuer: $0, connection: settings.connection)
        }
        fingerprint = try settings.fingerprint()
        authorizationTemplate = .init(settings.client)
        // Without metadata, it is unknown whether the server names itself.
        if settings.oauth2 != nil { sharedCallback.report(to: environment, sendsIssuer: false) }
    }

    // MARK: - Cached documents

    package func metadata(_ context: FlowContext) throws(Failure) -> ProviderMetadata {
        switch settings.kind {
        case .oauth2(let server): server.metadata(issuer: settings.issuer)
        case .openIDConnect(let url):
            try reportingFailure(context) { () throws(Failure) in
                let entry = try context.entry { () throws(Failure) in
                    .metadata(
                        try metadataDocument.value(now: context.now.seconds) { () throws(Failure) in
                            try fetchMetadata(url, context)
                        })
                }
                guard case .metadata(let metadata) = entry else { throw Journal.strayed }
                return metadata.value
            }
        }
    }

    /// The metadata if available without waiting for the network.
    package var cachedMetadata: ProviderMetadata? { metadataDocument.latest }

    /// Runs `body` with the provider's keys; again with newer ones if it misses one.
    package func withKeys<Result>(
        _ metadata: ProviderMetadata, _ context: FlowContext, _ body: (JWKSet) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard client.needsKeys else { return try body(.empty) }
        return try keys.use(
            context, fetch: { () throws(Failure) in try fetchJWKSet(metadata, context) },
            onFailure: { context.report(.providerFetchFailed(context.secrets.hide(in: $0), provider: name)) },
            onRenewal: { context.report(.keysRenewed(provider: name)) }, body)
    }

    /// Fails if metadata or keys could not be fetched a short time ago. Anyone can send messages that need them; no more
    /// than the first causes a request to a provider that is down.
    package func requireReach(_ context: FlowContext) throws(Failure) {
        try context.once { () throws(Failure) in
            let now = context.now.seconds
            guard metadataDocument.isOutOfReach(now: now) || keys.areOutOfReach(now: now) else { return }
            throw Failure(.providerUnavailable, "the provider's metadata or keys could not be fetched a moment ago")
        }
    }

    /// Fetches metadata and keys, unless they are cached.
    package func preload(_ context: FlowContext) throws(Failure) {
        guard settings.oauth2 == nil else { return }
        _ = try withKeys(metadata(context), context) { (_) throws(Failure) in }
    }

    /// Whether starting a login would wait for the network.
    package func wouldAskAtLogin(now: Now) -> Bool {
        guard settings.oauth2 == nil else { return false }
        return metadataDocument.wouldFetch(now: now.seconds) || (metadataDocument.latest.map(pushesRequests) ?? true)
    }

    private func fetchMetadata(
        _ url: AbsoluteURL, _ context: FlowContext
    ) throws(Failure) -> CachedDocument<ProviderMetadata>.Fetched {
        let response = try send(HTTPRequest(.get, url, headers: [Self.acceptsJSON]), context)
        let metadata = try ProviderMetadata(
            validating: response, issuer: settings.issuer, orWithSlash: settings.issuerMayEndInSlash,
            withCertificate: settings.clientCertificate != nil, needsKeys: client.needsKeys,
            usesPKCE: !client.authorization.omitsCodeChallenge, uses: settings.listedUses)
        if !metadata.unlisted.isEmpty, cachedMetadata == nil {
            let values = metadata.unlisted.map { "\($0.value) is not in \($0.name)" as Text }
            context.report(.useNotListed(provider: name, values: values))
        }
        sharedCallback.report(
            to: context.environment,
            sendsIssuer: metadata.sendsResponseIssuer || client.authorization.requiresResponseIssuer)
        return .init(value: metadata, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }

    private func fetchJWKSet(
        _ metadata: ProviderMetadata, _ context: FlowContext
    ) throws(Failure) -> CachedDocument<JWKSet>.Fetched {
        guard let url = metadata.jwksURI else {
            throw Failure(.internalError, "a plain OAuth 2.0 server has no keys to fetch")
        }
        let response = try send(HTTPRequest(.get, url, headers: [JWKSet.accept]), context)
        let keys = try JWKSet(validating: response)
        // Keys for other purposes are common; someone who looks for a missing one finds it here.
        if !keys.refusals.isEmpty {
            let reasons = keys.refusals.map { context.secrets.hide(in: $0) }
            context.report(.keysNotUsed(provider: name, reasons: reasons))
        }
        return .init(value: keys, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }

    private static var acceptsJSON: HTTPHeader { HTTPHeader("Accept", "application/json") }

    // MARK: - Authorization

    package func pushesRequests(_ metadata: ProviderMetadata) -> Bool {
        client.authorization.requiresPushedRequests || metadata.requiresPushedRequests
    }

    /// The request_uri that stands for the request that `makeRequest` gives.
    package func push(
        _ metadata: ProviderMetadata, _ context: FlowContext,
        _ makeRequest: () throws(Failure) -> PushedAuthorizationRequest
    ) throws(Failure) -> Text {
        try reportingFailure(context) { () throws(Failure) in
            let response = try sendAsClient(context) { () throws(Failure) in
                try makeRequest().encoded(for: metadata)
            }
            let endpoint = metadata.pushedAuthorizationRequestEndpoint ?? metadata.tokenEndpoint
            let name = client.naming("the pushed authorization request", to: endpoint, of: metadata)
            return try PushedAuthorizationRequest.requestURI(validating: response, to: name)
        }
    }

    /// Asks for the codes of a login on another device.
    package func authorizeDevice(
        _ parameters: [FormEncoding.Field], _ context: FlowContext
    ) throws(Failure) -> DeviceAuthorization {
        let metadata = try metadata(context)
        let response = try sendAsClient(context) { () throws(Failure) in
            try DeviceAuthorization.request(
                parameters, of: client, at: metadata, assertionID: try context.newID(), now: context.now.seconds)
        }
        return try DeviceAuthorization(validating: response, of: metadata)
    }

    // MARK: - Refresh

    /// Milliseconds that a request takes at most; a refresh makes up to three.
    package var timeout: Int64 { settings.connection.timeout }

    /// Redeems a refresh token, or takes what another request gets for it. A failure has been reported.
    package func refresh(_ request: RefreshRequest, _ context: FlowContext) throws(Failure) -> RefreshedTokens {
        let key = try RefreshesInFlight.Key(request.refreshToken)
        let begun = try context.refreshStep {
            refreshes.begin(key, now: context.now.seconds, mayWait: context.mayWait)
        }
        guard case .send(let turn) = begun else { return try Self.result(of: begun) }
        defer { withExtendedLifetime(turn) {} }
        let result: RefreshesInFlight.Result
        do throws(Failure) {
            let exchange = try TokenExchange(self, metadata(context), proofKey: request.proofKey, context)
            result = .success(try exchange.refresh(request))
        } catch {
            result = .failure(context.secrets.hide(in: error))
        }
        return try Self.result(
            of: context.refreshStep { () throws(Failure) in
                var next: RefreshesInFlight.Key?
                if case .success(let tokens) = result { next = try tokens.refreshToken.map(RefreshesInFlight.Key.init) }
                report(result, context)
                return .use(refreshes.end(turn, key, result, next: next, now: context.now.seconds))
            })
    }

    /// True once: that a refresh has brought no claims is for the log, but not at each refresh.
    package func isFirstWithoutClaims() -> Bool { refreshes.isFirstWithoutClaims() }

    private static func result(of step: RefreshesInFlight.Step) throws(Failure) -> RefreshedTokens {
        guard case .use(let result) = step else { throw Journal.strayed }
        return try result.get()
    }

    private func report(_ result: RefreshesInFlight.Result, _ context: FlowContext) {
        let failure: Failure? =
            switch result {
            case .success(let tokens): tokens.failure
            case .failure(let failure): failure
            }
        context.report(failure.map { .refreshFailed($0, provider: name) } ?? .tokensRefreshed(provider: name))
    }

    // MARK: - Requests

    /// Sends a request under the client's own identity, to the token endpoint and the like, or with an access token: it
    /// presents the client's certificate, if there is one (RFC 8705 2, 3). No other request does. Confidential parts of such
    /// a request are added to the context's secrets, which are hidden in everything that follows from the answer.
    /// `deadline`: on the monotonic clock, if that is sooner than the connection's.
    func sendAsClient(
        _ context: FlowContext, by deadline: Int64 = .max, _ makeRequest: () throws(Failure) -> HTTPRequest
    ) throws(Failure) -> HTTPResponse {
        try context.send { () throws(Failure) in
            let request = try makeRequest()
            context.secrets.add(request)
            var limits = settings.connection
            limits.clientCertificate = settings.clientCertificate
            if deadline != .max {
                limits.timeout = min(limits.timeout, max(1, deadline - context.monotonicTime))
                limits.connectTimeout = min(limits.connectTimeout, limits.timeout)
            }
            guard limits.clientCertificate == nil || request.url.isSecure else {
                throw Failure(.metadataInvalid, "a client certificate is configured, but the endpoint is not https")
            }
            return ProviderRequest(request: request, to: name, limits: limits)
        }
    }

    private func send(_ request: HTTPRequest, _ context: FlowContext) throws(Failure) -> HTTPResponse {
        try context.send { ProviderRequest(request: request, to: name, limits: settings.connection) }
    }

    /// Shows operators a provider's failure separately from the login that fails because of it.
    private func reportingFailure<Result>(
        _ context: FlowContext, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        do throws(Failure) {
            return try body()
        } catch {
            let failure = context.secrets.hide(in: error)
            context.report(.providerFetchFailed(failure, provider: name))
            throw failure
        }
    }
}
