import Basics
import JOSE
import JSON
import OpenIDConnect
import Platform
import Transport

/// An issuer whose aggregated and distributed claims count (OIDC Core 5.6.2), and what is cached of it.
final class ClaimsProvider: Sendable {
    let issuer: AbsoluteURL

    private let connection: ConnectionSettings
    private let transport: any Transport
    private let metadataDocument: CachedDocument<ClaimsProviderMetadata>
    private let jwkSetDocument: CachedDocument<JWKSet>

    init(issuer: AbsoluteURL, connection: ConnectionSettings, transport: any Transport) {
        var connection = connection
        connection.allowsLoopback = issuer.isLoopback
        self.issuer = issuer
        self.connection = connection
        self.transport = transport
        metadataDocument = CachedDocument(timeout: connection.timeout)
        jwkSetDocument = CachedDocument(timeout: connection.timeout)
    }

    /// `deadline`: of the monotonic clock, in milliseconds, for this request and others.
    func send(_ request: HTTPRequest, by deadline: Int64) throws(Failure) -> HTTPResponse {
        let left = deadline - platform_monotonic_clock()
        guard left > 0 else { throw Failure(.providerTimeout, "the claim sources before took all the time there is") }
        var connection = connection
        connection.timeout = min(connection.timeout, left)
        return try transport.send(request, within: connection)
    }

    /// The claims of these names in a token of this issuer's: with the cached keys; once more with new ones if none of them
    /// is the token's.
    func claims(
        _ names: [Text], in token: ClaimsToken, clientID: Text, now: Now, by deadline: Int64
    ) throws(Failure) -> JSONObject {
        let metadata = try metadataDocument.value(now: now.seconds, by: deadline) { () throws(Failure) in
            try fetchMetadata(by: deadline)
        }.value
        let fetch = { () throws(Failure) in try self.fetchJWKSet(metadata, by: deadline) }
        let keys = try jwkSetDocument.value(now: now.seconds, by: deadline, fetch: fetch)
        let read = { (keys: JWKSet) throws(Failure) in
            try token.claims(
                names, keys: keys, algorithms: metadata.signingAlgorithms, clientID: clientID, now: now.seconds)
        }
        do throws(Failure) {
            return try read(keys.value)
        } catch {
            guard error.code == .jwkSetInvalid,
                let newer = try jwkSetDocument.newerValue(
                    than: keys.version, now: now.seconds, by: deadline, fetch: fetch)
            else { throw error }
            return try read(newer.value)
        }
    }

    private func fetchMetadata(by deadline: Int64) throws(Failure) -> CachedDocument<ClaimsProviderMetadata>.Fetched {
        let base = issuer.text.dropping(suffix: "/") ?? issuer.text
        guard let url = AbsoluteURL(base + "/.well-known/openid-configuration") else {
            throw Failure(.metadataInvalid, "the address of a claims provider is too long")
        }
        let response = try send(
            HTTPRequest(.get, url, headers: [HTTPHeader("Accept", "application/json")]), by: deadline)
        let metadata = try ClaimsProviderMetadata(validating: response, issuer: issuer)
        return .init(value: metadata, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }

    private func fetchJWKSet(
        _ metadata: ClaimsProviderMetadata, by deadline: Int64
    ) throws(Failure) -> CachedDocument<JWKSet>.Fetched {
        let response = try send(
            HTTPRequest(.get, metadata.jwksURI, headers: [HTTPHeader("Accept", "application/json")]), by: deadline)
        let keys = try JWKSet(validating: response)
        return .init(value: keys, lifetime: CacheLifetime.seconds(for: response.cacheControl))
    }
}
