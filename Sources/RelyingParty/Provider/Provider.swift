import Basics
import Cryptography
import JOSE
import JSON
import OpenIDConnect
import Settings
import Transport

/// One configured provider: the client there, and what is cached of it.
final class Provider: Sendable {
    let name: Text
    let client: Client
    let settings: ProviderSettings
    /// Tells this provider, client and what is required of its users from any others that may be configured under the same
    /// name later, so that sessions and logins end when the configuration moves on.
    let fingerprint: UInt64

    let claimsProviders: [ClaimsProvider]
    let nonces = DPoPNonces()

    private let sharedCallback: SharedCallback
    private let transport: any Transport
    private let eventLog: (any EventLog)?
    private let metadataDocument: CachedDocument<ProviderMetadata>
    private let jwkSetDocument: CachedDocument<JWKSet>

    init(_ settings: ProviderSettings, among all: [ProviderSettings], environment: Environment) throws(Failure) {
        self.settings = settings
        sharedCallback = SharedCallback(of: settings, among: all)
        transport = environment.transport
        eventLog = environment.log
        metadataDocument = CachedDocument(timeout: settings.connection.timeout)
        jwkSetDocument = CachedDocument(timeout: settings.connection.timeout)
        name = settings.name
        client = Client(
            id: settings.clientID, secret: settings.clientSecret, redirectURI: settings.redirectURI,
            authenticationMethod: settings.tokenEndpointAuthMethod, assertion: settings.clientAssertion,
            authorization: settings.authorization, allowedAlgorithms: settings.idTokenAlgorithms,
            tokens: settings.tokens, trustedAudiences: settings.trustedAudiences)
        claimsProviders = settings.claimsProviders.map {
            ClaimsProvider(issuer: $0, connection: settings.connection, transport: environment.transport)
        }
        let requirements = LoginRequirements(settings).text
        fingerprint = UInt64(bigEndian: try Digest.sha256.hash(requirements.bytes).prefix(8))
        // Without metadata, nobody can say that the server names itself.
        if settings.oauth2 != nil { reportSharedCallback(sendsIssuer: false) }
    }

    private func reportSharedCallback(sendsIssuer: Bool) {
        guard let eventLog, let event = sharedCallback.warning(sendsIssuer: sendsIssuer) else { return }
        eventLog.write(event.level, event.line)
    }

    // MARK: - Cached documents

    func metadata(now: Now) throws(Failure) -> ProviderMetadata {
        switch settings.kind {
        case .oauth2(let server): server.metadata(issuer: settings.issuer)
        case .openIDConnect(let url):
            try metadataDocument.value(now: now.seconds) { () throws(Failure) in try fetchMetadata(url) }.value
        }
    }

    /// The metadata if it can be had without waiting for the network.
    var cachedMetadata: ProviderMetadata? { metadataDocument.latest }

    /// The keys, and the version to name when they do not suffice.
    func jwkSet(
        _ metadata: ProviderMetadata, now: Now, hiding secrets: SentSecrets
    ) throws(Failure) -> CachedDocument<JWKSet>.Versioned {
        try jwkSetDocument.value(now: now.seconds) { () throws(Failure) in try fetchJWKSet(metadata, secrets) }
    }

    /// Keys that are newer than `version`; nil if the provider was asked for new ones a short time ago.
    func newerJWKSet(
        than version: UInt64, _ metadata: ProviderMetadata, now: Now, hiding secrets: SentSecrets
    ) throws(Failure) -> JWKSet? {
        try jwkSetDocument.newerValue(than: version, now: now.seconds) { () throws(Failure) in
            try fetchJWKSet(metadata, secrets)
        }?.value
    }

    /// Whether starting a login would wait for the network.
    func wouldAskAtLogin(now: Now) -> Bool {
        guard settings.oauth2 == nil else { return false }
        return metadataDocument.wouldFetch(now: now.seconds) || (metadataDocument.latest.map(pushesRequests) ?? true)
    }

    private func fetchMetadata(_ url: AbsoluteURL) throws(Failure) -> CachedDocument<ProviderMetadata>.Fetched {
        let response = try send(HTTPRequest(.get, url, headers: [Self.acceptsJSON]))
        let metadata = try ProviderMetadata(
            validating: response, issuer: settings.issuer, withCertificate: settings.clientCertificate != nil)
        reportSharedCallback(
            sendsIssuer: metadata.sendsResponseIssuer || settings.authorization.requiresResponseIssuer)
        return .init(value: metadata, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }

    private func fetchJWKSet(
        _ metadata: ProviderMetadata, _ secrets: SentSecrets
    ) throws(Failure) -> CachedDocument<JWKSet>.Fetched {
        guard let url = metadata.jwksURI else {
            throw Failure(.internalError, "a plain OAuth 2.0 server has no keys to ask for")
        }
        let response = try send(HTTPRequest(.get, url, headers: [Self.acceptsJSON]))
        let keys = try JWKSet(validating: response)
        logRefusals(of: keys, hiding: secrets)
        return .init(value: keys, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }

    private static var acceptsJSON: HTTPHeader { HTTPHeader("Accept", "application/json") }

    // MARK: - Authorization

    func pushesRequests(_ metadata: ProviderMetadata) -> Bool {
        client.authorization.requiresPushedRequests || metadata.requiresPushedRequests
    }

    /// The request_uri that stands for the request.
    func push(
        _ request: PushedAuthorizationRequest, _ metadata: ProviderMetadata, noting secrets: SentSecrets
    ) throws(Failure) -> Text {
        try PushedAuthorizationRequest.requestURI(
            validating: sendAsClient(request.encoded(for: metadata), noting: secrets))
    }

    /// Keys that are for something else are common; someone who looks for a missing one is told here.
    private func logRefusals(of keys: JWKSet, hiding secrets: SentSecrets) {
        guard !keys.refusals.isEmpty else { return }
        var event = Event("jwk_set_keys_not_used", provider: name)
        event.add("count", Text(keys.refusals.count))
        event.add("message", secrets.hide(in: keys.refusals.joined(with: "; ")))
        eventLog?.write(event.level, event.line)
    }

    // MARK: - Requests

    /// Sends a request that the client makes as itself, to the token endpoint and its like, or with an access token: with
    /// its certificate, if it has one (RFC 8705 2, 3). No other request has it. What such a request says in confidence is
    /// added to `secrets`, which must hide it in all that the answer leads to.
    func sendAsClient(_ request: HTTPRequest, noting secrets: SentSecrets) throws(Failure) -> HTTPResponse {
        secrets.add(request)
        guard let certificate = settings.clientCertificate else { return try send(request) }
        guard request.url.isSecure else {
            throw Failure(.metadataInvalid, "a client certificate is configured, and the endpoint is not https")
        }
        var connection = settings.connection
        connection.clientCertificate = certificate
        return try transport.send(request, within: connection)
    }

    func send(_ request: HTTPRequest) throws(Failure) -> HTTPResponse {
        try transport.send(request, within: settings.connection)
    }
}
