import Basics
import Cryptography
import Foundation
import JOSE
import JSON
import OpenIDConnect
import Transport

/// An OpenID provider in memory. It checks what it is sent as a strict one does; a test can change all that it answers.
package final class FakeProvider: @unchecked Sendable {
    package enum Endpoint: String, CaseIterable, Sendable {
        case metadata, jwkSet, token, userInfo, pushedRequest, claims, revocation, introspection, device
    }

    package let issuer: String
    package let clientID: String
    package let clientSecret: String
    package let clock: FakeClock

    let lock = NSRecursiveLock()
    private var requests: [(endpoint: Endpoint, request: HTTPRequest)] = []
    var pending: [String: [FormEncoding.Field]] = [:]
    private var answers: [Endpoint: (HTTPRequest) throws(Failure) -> HTTPResponse] = [:]
    private var gates: [Endpoint: Gate] = [:]
    var issued: [Text] = []
    /// The families of refresh tokens: one for each login, the current token first.
    var families: [[Text]] = []
    var revokedFamilies: Set<Int> = []
    /// What the client has revoked: "KIND TOKEN".
    package var revoked: [Text] = []

    /// Whether it gives refresh tokens. It rotates them without leeway, and revokes the family of one that comes twice.
    package var givesRefreshTokens = false
    /// What it says about access tokens; the others are not active.
    package var introspections: [String: JSONObject] = [:]
    /// What the token endpoint says about device codes; nil once the user has signed in.
    package var deviceError: String? = "authorization_pending"
    var deviceCodes: [Text] = []
    /// Whether a refresh has an ID token.
    package var refreshesIDToken = true
    /// "expires_in", if there is one.
    package var accessTokenLifetime: Int64?
    /// Times that an old refresh token was sent.
    package internal(set) var reuses = 0

    // What it publishes and says; a test changes it between requests.
    package var metadata: JSONObject
    package var cacheControl: [Endpoint: Text] = [:]
    package var keys = [TestKey.rsa]
    package var signingKey = TestKey.rsa
    package var user: JSONObject = [
        "sub": "user-1", "name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true,
    ]
    package var userInfo: JSONObject = ["sub": "user-1", "nickname": "ada"]
    /// The client's key, if it must authenticate with private_key_jwt and ES256; otherwise it has its secret.
    package var clientKey: TestKey?
    /// Whether ID tokens have a MAC with `macSecret` in place of a signature.
    package var signsWithSecret = false
    package var macSecret: String
    package var checksPKCE = true
    /// Set, access tokens are bound to the key of a DPoP proof.
    package var proofCheck: ProofCheck?
    private var seenAssertionIDs: [Text] = []
    private var pushed: [String: [FormEncoding.Field]] = [:]
    private var logouts = 0
    /// The last word on an ID token.
    package var editToken: (inout TestToken) -> Void = { _ in }
    /// The same on a signed authorization response.
    package var editResponse: (inout TestToken) -> Void = { _ in }
    /// The last word on what the token endpoint gives.
    package var editTokenResponse: (inout JSONObject) -> Void = { _ in }

    package init(_ issuer: String, clientID: String, clientSecret: String, clock: FakeClock) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.clock = clock
        macSecret = clientSecret
        metadata = Self.metadata(issuer: issuer)
    }

    package static func metadata(issuer: String) -> JSONObject {
        [
            "issuer": "\(issuer)", "authorization_endpoint": "\(issuer)/authorize", "token_endpoint": "\(issuer)/token",
            "jwks_uri": "\(issuer)/jwks", "userinfo_endpoint": "\(issuer)/userinfo",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
        ]
    }

    /// With the lock held.
    func nextLogout() -> Int {
        logouts += 1
        return logouts
    }

    // MARK: - What a test sees and decides

    package func count(_ endpoint: Endpoint) -> Int { lock.withLock { requests.count { $0.endpoint == endpoint } } }

    package var requestCount: Int { lock.withLock { requests.count } }

    package func lastRequest(_ endpoint: Endpoint) -> HTTPRequest? {
        lock.withLock { requests.last { $0.endpoint == endpoint }?.request }
    }

    /// Codes and tokens given out so far.
    package var secrets: [Text] { lock.withLock { issued + [Text(clientSecret)] } }

    /// Answers the endpoint in another way, nil for the usual one.
    package func answer(_ endpoint: Endpoint, _ answer: ((HTTPRequest) throws(Failure) -> HTTPResponse)?) {
        lock.withLock { answers[endpoint] = answer }
    }

    package func fail(_ endpoint: Endpoint, _ code: ErrorCode = .providerUnreachable) {
        answer(endpoint) { (_) throws(Failure) in throw Failure(code, "the provider is down, says the test") }
    }

    /// Holds up requests until the gate opens.
    package func hold(_ endpoint: Endpoint, _ gate: Gate?) {
        lock.withLock { gates[endpoint] = gate }
    }

    /// The user says yes: the fields to come back to the redirect URI with.
    package func authorize(_ location: Text) -> [FormEncoding.Field] {
        lock.withLock {
            let asked = requestedFields(location)
            let code = Text("code-\(issued.count)-of-\(clientID)")
            issued.append(code)
            pending[code.string] = asked
            let answer: [FormEncoding.Field] = [
                .init("code", code), .init("state", asked.values(of: "state").first ?? ""),
            ]
            return inResponseMode(answer, asked)
        }
    }

    /// The provider says no.
    package func refuse(_ location: Text, _ error: Text) -> [FormEncoding.Field] {
        lock.withLock {
            let asked = requestedFields(location)
            return inResponseMode(
                [.init("error", error), .init("state", asked.values(of: "state").first ?? "")], asked)
        }
    }

    /// What was asked for, be it in the address, in a request object, or pushed. Nothing, where that is not as the
    /// specifications have it.
    package func requestedFields(_ location: Text) -> [FormEncoding.Field] {
        let fields = FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "") ?? []
        guard fields.values(of: "client_id") == [Text(clientID)] else { return [] }
        if let uri = fields.values(of: "request_uri").first {
            // RFC 9126 4: these two alone, once.
            return fields.count == 2 ? lock.withLock { pushed.removeValue(forKey: uri.string) } ?? [] : []
        }
        return unpacked(fields)
    }

    /// RFC 9101 6: the signature, whom it is from and for, and the times.
    private func unpacked(_ fields: [FormEncoding.Field]) -> [FormEncoding.Field] {
        guard let request = fields.values(of: "request").first else { return fields }
        guard let clientKey, let token = JWS(request), let set = JWKSet(["keys": [.object(clientKey.jwk)]]),
            token.verify(with: set, algorithm: .es256) == .genuine, token.type == "oauth-authz-req+jwt",
            token.payload["iss"] == .string(Text(clientID)), token.payload["aud"] == .string(Text(issuer)),
            let notBefore = token.payload["nbf"]?.seconds, let expiry = token.payload["exp"]?.seconds,
            notBefore <= clock.seconds(), clock.seconds() < expiry, expiry - notBefore <= 3600
        else { return [] }
        return token.payload.members.compactMap { member in
            guard !["iss", "aud", "jti", "iat", "nbf", "exp"].contains(member.name) else { return nil }
            return .init(member.name, member.value.text ?? member.value.encoded() ?? "")
        }
    }

    /// JARM 2.1, where that was asked for.
    private func inResponseMode(
        _ answer: [FormEncoding.Field], _ asked: [FormEncoding.Field]
    ) -> [FormEncoding.Field] {
        guard asked.values(of: "response_mode").first?.string.hasSuffix("jwt") ?? false else { return answer }
        var token = TestToken(keyID: signingKey.keyID, claims: [:])
        for field in answer { token.claims[field.name] = .string(field.value) }
        token.claims["iss"] = .string(Text(issuer))
        token.claims["aud"] = .string(Text(clientID))
        token.claims["exp"] = .integer(clock.seconds() + 300)
        editResponse(&token)
        let response = token.signed(with: signingKey)
        issued.append(response)
        return [.init("response", response)]
    }

    // MARK: - Requests

    package func endpoint(of request: HTTPRequest) -> Endpoint? {
        switch request.url.text.dropping(prefix: Text(issuer)) {
        case "/.well-known/openid-configuration": .metadata
        case "/jwks": .jwkSet
        case "/token": .token
        case "/userinfo": .userInfo
        case "/par": .pushedRequest
        case "/claims": .claims
        case "/revoke": .revocation
        case "/introspect": .introspection
        case "/device": .device
        default: nil
        }
    }

    package func respond(to request: HTTPRequest, at endpoint: Endpoint) throws(Failure) -> HTTPResponse {
        let (gate, answer) = lock.withLock {
            requests.append((endpoint, request))
            return (gates[endpoint], answers[endpoint])
        }
        gate?.pass()
        if let answer { return try answer(request) }
        lock.lock()
        defer { lock.unlock() }
        switch endpoint {
        case .metadata: return .json(metadata, cacheControl: cacheControl[.metadata])
        case .jwkSet:
            return .json(["keys": .array(keys.map { .object($0.jwk) })], cacheControl: cacheControl[.jwkSet])
        case .userInfo: return try respondWithUserInfo(to: request)
        case .claims: return .of(404)
        case .token: return try respondWithTokens(to: request)
        case .pushedRequest: return respond(toPushed: request)
        case .revocation: return respond(toRevocation: request)
        case .introspection: return respond(toIntrospection: request)
        case .device: return respondWithDeviceCode(to: request)
        }
    }

    private func respondWithUserInfo(to request: HTTPRequest) throws(Failure) -> HTTPResponse {
        guard proofCheck != nil else { return .json(userInfo) }
        let authorization = request.headers.first { $0.name == "Authorization" }?.value
        guard let accessToken = authorization?.dropping(prefix: "DPoP "), issued.contains(accessToken) else {
            return .of(401)
        }
        return try refusal(of: request, at: .userInfo, accessToken: accessToken) ?? .json(userInfo)
    }

    /// RFC 9449 5, 7.1, 8, 9. Nil if the proof is good, or if none is required.
    func refusal(
        of request: HTTPRequest, at endpoint: Endpoint, accessToken: Text?
    ) throws(Failure) -> HTTPResponse? {
        guard let proofCheck else { return nil }
        switch try proofCheck.judge(request, at: endpoint, accessToken: accessToken, now: clock.seconds()) {
        case .good: return nil
        case .bad: return .of(accessToken == nil ? 400 : 401, #"{"error":"invalid_dpop_proof"}"#)
        case .nonceWanted:
            return HTTPResponse(
                status: accessToken == nil ? 400 : 401, contentType: "application/json",
                dpopNonce: proofCheck.nonces[endpoint],
                challenges: accessToken == nil ? [] : [#"DPoP error="use_dpop_nonce", algs="ES256""#],
                body: Array(#"{"error":"use_dpop_nonce"}"#.utf8))
        }
    }

    /// RFC 9126 2.1, 2.2: the client's authentication is as at the token endpoint, and request_uri is no parameter.
    private func respond(toPushed request: HTTPRequest) -> HTTPResponse {
        let fields = FormEncoding.decode(request.body) ?? []
        guard request.method == .post, isAuthentic(request) else { return .of(401, #"{"error":"invalid_client"}"#) }
        let asked = unpacked(fields)
        guard fields.values(of: "client_id") == [Text(clientID)], fields.values(of: "request_uri").isEmpty,
            asked.values(of: "response_type") == ["code"], asked.values(of: "redirect_uri").count == 1
        else { return .of(400, #"{"error":"invalid_request"}"#) }
        let uri = Text("urn:ietf:params:oauth:request_uri:\(pushed.count)-\(requests.count)")
        pushed[uri.string] = asked
        let answer: JSONObject = ["request_uri": .string(uri), "expires_in": 60]
        return HTTPResponse(status: 201, contentType: "application/json", body: answer.bytes)
    }

    func isAuthentic(_ request: HTTPRequest) -> Bool {
        if let clientKey { return hasAssertion(request, signedWith: clientKey) }
        let expected = Data("\(clientID):\(clientSecret)".utf8).base64EncodedString()
        return request.headers.contains(HTTPHeader("Authorization", Text("Basic \(expected)")))
    }

    /// RFC 7523 3: good for this provider, now, and once.
    private func hasAssertion(_ request: HTTPRequest, signedWith key: TestKey) -> Bool {
        let fields = FormEncoding.decode(request.body) ?? []
        let type: Text = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        guard fields.values(of: "client_assertion_type") == [type],
            fields.values(of: "client_id") == [Text(clientID)],
            let token = fields.values(of: "client_assertion").first.flatMap({ JWS($0) }),
            let set = JWKSet(["keys": [.object(key.jwk)]]), token.verify(with: set, algorithm: .es256) == .genuine,
            let id = token.payload["jti"]?.text, let expiry = token.payload["exp"]?.seconds,
            !seenAssertionIDs.contains(id)
        else { return false }
        seenAssertionIDs.append(id)
        return token.payload["iss"] == .string(Text(clientID)) && token.payload["sub"] == .string(Text(clientID))
            && token.payload["aud"] == .string(Text(issuer)) && expiry > clock.seconds()
            && expiry <= clock.seconds() + 300 && id.count == 22
    }
}
