import Basics
import Environment
import JOSE
import JSON
import OpenIDConnect
import Platform
import Transport

/// An issuer whose aggregated and distributed claims are accepted (OIDC Core 5.6.2), and its cached documents.
final class ClaimsProvider: Sendable {
    let issuer: AbsoluteURL

    private let connection: ConnectionSettings
    private let metadataDocument: CachedDocument<ClaimsProviderMetadata>
    private let keys: ProviderKeys

    init(issuer: AbsoluteURL, connection: ConnectionSettings) {
        var connection = connection
        connection.allowsLoopback = issuer.isLoopback
        self.issuer = issuer
        self.connection = connection
        metadataDocument = CachedDocument(timeout: connection.timeout)
        keys = ProviderKeys(timeout: connection.timeout)
    }

    /// `deadline`: of the monotonic clock, in milliseconds, for this request and others.
    func send(_ request: HTTPRequest, by deadline: Int64, _ context: FlowContext) throws(Failure) -> HTTPResponse {
        try context.send { () throws(Failure) in
            let left = deadline - platform_monotonic_clock()
            guard left > 0 else { throw Failure(.providerTimeout, "the previous claim sources used up the time") }
            var limits = connection
            limits.timeout = min(limits.timeout, left)
            return ProviderRequest(request: request, to: issuer.text, limits: limits)
        }
    }

    /// The claims of these names in a token of this issuer.
    func claims(
        _ names: [Text], in token: ClaimsToken, clientID: Text, by deadline: Int64, _ context: FlowContext
    ) throws(Failure) -> JSONObject {
        let now = context.now
        let entry = try context.entry { () throws(Failure) in
            .claimsMetadata(
                try metadataDocument.value(now: now.seconds, by: deadline) { () throws(Failure) in
                    try fetchMetadata(by: deadline, context)
                }.value)
        }
        guard case .claimsMetadata(let metadata) = entry else { throw Journal.strayed }
        let fetch = { () throws(Failure) in try self.fetchJWKSet(metadata, by: deadline, context) }
        return try keys.use(context, by: deadline, fetch: fetch) { (keys) throws(Failure) in
            try token.claims(
                names, keys: keys, algorithms: metadata.signingAlgorithms, clientID: clientID, now: now.seconds)
        }
    }

    private func fetchMetadata(
        by deadline: Int64, _ context: FlowContext
    ) throws(Failure) -> CachedDocument<ClaimsProviderMetadata>.Fetched {
        let base = issuer.text.dropping(suffix: "/") ?? issuer.text
        guard let url = AbsoluteURL(base + "/.well-known/openid-configuration") else {
            throw Failure(.metadataInvalid, "the URL of a claims provider is too long")
        }
        let response = try send(
            HTTPRequest(.get, url, headers: [HTTPHeader("Accept", "application/json")]), by: deadline, context)
        let metadata = try ClaimsProviderMetadata(validating: response, issuer: issuer)
        return .init(value: metadata, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }

    private func fetchJWKSet(
        _ metadata: ClaimsProviderMetadata, by deadline: Int64, _ context: FlowContext
    ) throws(Failure) -> CachedDocument<JWKSet>.Fetched {
        let response = try send(
            HTTPRequest(.get, metadata.jwksURI, headers: [JWKSet.accept]), by: deadline,
            context)
        let keys = try JWKSet(validating: response)
        return .init(value: keys, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }
}
