import Basics
import JSON
import TestSupport
import Transport

@testable import JOSE
@testable import OpenIDConnect

/// What a provider says: documents, responses and tokens. Tokens are signed here, so that what is behind the signature is
/// reached; one that is not the provider's must never be taken.
enum Documents {
    private static func response(_ body: [UInt8], _ type: Text = "application/json") -> HTTPResponse {
        HTTPResponse(status: 200, contentType: type, body: body)
    }

    static func metadata(_ bytes: [UInt8]) {
        for usesPKCE in [true, false] {
            guard
                let metadata = try? ProviderMetadata(
                    validating: response(bytes), issuer: Text(FuzzSite.issuer), withCertificate: !usesPKCE,
                    usesPKCE: usesPKCE)
            else { continue }
            promise(metadata.issuer == Text(FuzzSite.issuer), "metadata is only taken from its issuer")
            promise(metadata.tokenEndpoint.isSecure, "endpoints are https")
        }
        _ = try? ClaimsProviderMetadata(
            validating: response(bytes), issuer: Sample.require { try url(FuzzSite.issuer) })
    }

    static func jwkSet(_ bytes: [UInt8]) {
        guard let set = try? JWKSet(validating: response(bytes)) else { return }
        promise(set.keys.count <= JWKSet.mostKeys, "the number of keys is bounded")
        let token = JWS(TestToken(.es256, claims: ["sub": "x"]).signed(.es256, with: .p521))
        for algorithm in SigningAlgorithm.allCases {
            promise(token?.verify(with: set, algorithm: algorithm) != .genuine, "no key verifies a wrong signature")
        }
    }

    static func jws(_ bytes: [UInt8]) {
        guard let text = Text(validating: bytes) else { return }
        _ = JWS.problem(of: text)
        guard let jws = JWS(text) else { return }
        for algorithm in SigningAlgorithm.allCases {
            promise(
                jws.verify(with: Sample.keys, algorithm: algorithm) != .genuine, "nobody else signs for the provider")
            _ = try? jws.verify(with: Secret(Text(Sample.clientSecret)), algorithm: algorithm)
            _ = try? jws.tokenHash(of: "token", algorithm: algorithm)
        }
        _ = try? ClaimsToken(text)
    }

    /// "header\nplaintext": encrypted for the client, or anything as it is.
    static func jwe(_ bytes: [UInt8]) {
        guard let text = Text(validating: bytes) else { return }
        var encoded = text
        if let parts = text.splitOnce(at: "\n"), let header = JSONObject(parsing: parts.before.bytes) {
            var jwe = TestJWE(parts.after, for: .clientSecret(Sample.clientSecret))
            jwe.change(header: header)
            encoded = (try? jwe.encrypted()) ?? text
        }
        let keys = [DecryptionKey(.clientSecret(Secret(Text(Sample.clientSecret))))]
        _ = try? CompactJWE(encoded)?.decrypt(
            with: keys, algorithms: KeyManagementAlgorithm.allCases, encryptions: ContentEncryption.allCases)
    }

    static func idToken(_ bytes: [UInt8]) {
        guard let token = Sample.token(bytes) else { return }
        let validation = IDTokenValidation(
            client: Sample.client, metadata: Sample.readMetadata, nonce: "nonce", maxAge: 3600, now: FuzzSite.now)
        guard let signed = try? validation.decrypt(token.text),
            let claims = try? validation.validate(signed, accessToken: "access", keys: Sample.keys)
        else { return }
        promise(token.isGenuine, "a forged ID token is refused")
        promise(claims["iss"]?.text == Text(FuzzSite.issuer), "an ID token of another issuer is refused")
        promise(claims["nonce"]?.text == "nonce", "an ID token of another login is refused")
        promise((claims["sub"]?.text?.count ?? 0) > 0, "an ID token without a subject is refused")
    }

    /// The claims of a signed authorization response (JARM).
    static func signedResponse(_ bytes: [UInt8]) {
        guard let token = Sample.token(bytes),
            let response = try? SignedAuthorizationResponse(parsing: "response=\(FormEncoding.encode(token.text))"),
            let read = try? response.validate(
                client: Sample.client, metadata: Sample.readMetadata, keys: Sample.keys, now: FuzzSite.now)
        else { return }
        promise(token.isGenuine, "a forged response is refused")
        _ = try? read.validate(metadata: Sample.readMetadata, requiresIssuer: true)
    }

    static func tokenResponse(_ bytes: [UInt8]) {
        for isBound in [false, true] {
            guard let read = try? TokenResponse(validating: response(bytes), isBound: isBound, requiresIDToken: isBound)
            else { continue }
            promise(read.accessToken?.isVisibleASCII ?? true, "an access token is visible ASCII")
            promise((read.lifetime ?? 1) > 0, "a lifetime is positive")
        }
        if let device = try? DeviceAuthorization(validating: response(bytes), of: Sample.readMetadata) {
            promise(device.userCode.isVisibleASCII, "a user code is visible ASCII")
            promise(
                device.verificationURI.hasPrefix("https:") && device.completeURI.hasPrefix("https:"),
                "addresses are https")
            promise((1...3600).contains(device.lifetime) && (1...60).contains(device.interval), "times are bounded")
        }
        let refusal = HTTPResponse(status: 400, contentType: "application/json", body: bytes)
        _ = try? TokenResponse(validating: refusal)
        _ = try? OAuth2User.profile(validating: response(bytes))
        _ = try? OAuth2User.primaryEmail(validating: response(bytes))
    }

    /// Plain, and as a signed JWT.
    static func userInfo(_ bytes: [UInt8]) {
        var settings = TokenSettings()
        let judge = { (client: Client) in
            UserInfoValidation(client: client, issuer: Text(FuzzSite.issuer), subject: "user-1", now: FuzzSite.now)
        }
        let plain = try? judge(Sample.client).validate(response(bytes), keys: Sample.keys)
        promise(plain.map { $0["sub"] == "user-1" } ?? true, "UserInfo of another user is refused")
        settings.userInfoAlgorithms = [.es256]
        guard let token = Sample.token(bytes) else { return }
        let signed = try? judge(Sample.client(settings)).validate(
            response(token.text.bytes, "application/jwt"), keys: Sample.keys)
        promise(signed == nil || token.isGenuine, "forged UserInfo is refused")
        for source in plain.map(ClaimSource.read) ?? [] { _ = source }
    }

    static func logoutToken(_ bytes: [UInt8]) { report(.backchannelLogout, bytes) }

    static func securityEvent(_ bytes: [UInt8]) {
        report(.securityEvent, bytes)
        report(.globalTokenRevocation, bytes)
    }

    private static func report(_ report: LogoutReport, _ bytes: [UInt8]) {
        guard let token = Sample.token(bytes) else { return }
        let endpoint = Text("https://app.example.com\(report.path)")
        let subject = JSONObject(parsing: bytes)?["sub_id"]?.object
        guard
            let read = try? LogoutToken(token.text, report, at: endpoint, about: subject, now: FuzzSite.now),
            (try? read.verify(
                client: Sample.client, metadata: Sample.readMetadata, keys: Sample.keys, now: FuzzSite.now)) != nil
        else { return }
        promise(token.isGenuine, "a forged logout token is refused")
        _ = read.isFor(Sample.client, issuer: Text(FuzzSite.issuer))
    }
}
