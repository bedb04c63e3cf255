import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins that the user completes on another device (RFC 8628).
@Suite struct DeviceLoginTests {
    private func started(_ google: String = "", _ change: (Site) -> Void = { _ in }) throws -> Program {
        let program = try Program(google: google, change)
        try program.startDeviceLogin()
        return program
    }

    @Test func login() throws {
        let program = try started()
        let request = program.request
        #expect(request.userCode == "WDJB-MJHT" && request.verificationURI == "https://google.example.com/go")
        #expect(request.nativeURL == "https://google.example.com/go?code=WDJB-MJHT")
        #expect(request.isLoginPending && request.nativeExpiry == 600 && request.nativeWait == 6000)
        #expect(try program.poll() == nil && request.isLoginPending && !request.isLoggedIn)
        program.site.google.deviceError = nil
        #expect(try program.poll() == nil && !request.isLoginPending && request.isLoggedIn)
        #expect(program.site.google.count(.token) == 2)
        #expect(try program.accessToken().hasPrefix("access-token-"))
        #expect(try program.restarted().request.claim("sub") == "user-1")
        #expect(program.site.events.suffix(2) == ["login_started", "login_succeeded"])
        #expect(request.nativeURL == nil && request.nativeExpiry == 0 && request.nativeWait == 0)
        #expect(throws: Failure.self) { try request.pollDeviceLogin() }
    }

    @Test func earlyPollAsksNobody() throws {
        let program = try started()
        for _ in 0..<5 {
            #expect(try program.request.pollDeviceLogin() == .proceed)
            program.site.clock.advance(1)
        }
        #expect(program.site.google.count(.token) == 0 && program.request.nativeWait == 1000)
        program.site.clock.advance(1)
        try program.finish(program.request.pollDeviceLogin())
        #expect(program.site.google.count(.token) == 1 && program.request.nativeWait == 6000)
    }

    /// 3.5: five seconds more, for good.
    @Test func slowDown() throws {
        let program = try started()
        program.site.google.deviceError = "slow_down"
        try program.poll()
        #expect(program.request.nativeWait == 11_000)
        program.site.google.deviceError = "authorization_pending"
        try program.poll()
        #expect(program.request.nativeWait == 11_000)
    }

    /// 3.5: a provider that cannot be reached is asked less often, and the login goes on.
    @Test(arguments: [.providerUnreachable, .providerTimeout] as [ErrorCode]) func outage(_ code: ErrorCode) throws {
        let program = try started()
        program.site.google.fail(.token, code)
        #expect(try program.poll() == nil && program.request.isLoginPending && program.request.nativeWait == 11_000)
        program.site.google.answer(.token) { (_) throws(Failure) in .of(503, "busy", "text/plain") }
        #expect(try program.poll() == nil && program.request.nativeWait == 21_000)
        program.site.google.answer(.token, nil)
        program.site.google.deviceError = nil
        #expect(try program.poll() == nil && program.request.isLoggedIn)
    }

    /// Once there are tokens, the code is used up: the next poll could only hide why the login failed.
    @Test(arguments: [.userInfo, .jwkSet] as [FakeProvider.Endpoint])
    func outageAfterTheTokens(_ endpoint: FakeProvider.Endpoint) throws {
        let program = try started("userinfo = true")
        program.site.google.deviceError = nil
        program.site.google.fail(endpoint, .providerUnreachable)
        #expect(try program.poll() == .providerUnreachable && !program.request.isLoginPending)
        #expect(!program.request.isLoggedIn && program.site.google.count(.token) == 1)
        #expect(program.site.events.last == "login_refused")
    }

    @Test(
        arguments: [
            ("access_denied", .authorizationRefused), ("expired_token", .loginExpired),
            ("invalid_grant", .tokenRequestRefused), ("invalid_client", .clientRefused),
        ] as [(String, ErrorCode)])
    func end(_ error: String, _ code: ErrorCode) throws {
        let program = try started()
        program.site.google.deviceError = error
        #expect(try program.poll() == code && !program.request.isLoginPending && !program.request.isLoggedIn)
        #expect(program.site.events.last == "login_refused" && program.session.isEmpty)
    }

    @Test func expiry() throws {
        let program = try started()
        program.site.clock.advance(600)
        #expect(program.request.nativeWait == 0 && program.request.nativeExpiry == 0)
        #expect(try program.poll() == .loginExpired && program.site.google.count(.token) == 0)
    }

    /// A clock that is set back does not make the program wait for a year.
    @Test func clockSetBack() throws {
        let program = try started()
        program.site.clock.advance(-86_400)
        #expect(program.request.nativeWait == 6000)
    }

    /// Every check of a login but that of the nonce.
    @Test(
        arguments: [
            ("aud", "other", .idTokenAudienceMismatch), ("iss", "https://other.example.com", .idTokenIssuerMismatch),
            ("exp", 1, .idTokenExpired), ("sub", "", .idTokenSubjectInvalid),
        ] as [(Text, JSON, ErrorCode)])
    func idToken(_ claim: Text, _ value: JSON, _ code: ErrorCode) throws {
        let program = try started { $0.google.editToken = { $0.claims[claim] = value } }
        program.site.google.deviceError = nil
        #expect(try program.poll() == code && !program.request.isLoggedIn)
    }

    @Test func signature() throws {
        let program = try started()
        program.site.google.deviceError = nil
        program.site.google.signingKey = TestKey.newerRSA
        #expect(try program.poll() != nil && !program.request.isLoggedIn)
    }

    @Test func rules() throws {
        let program = try started(#"allowed_domains = ["example.org"]"#)
        program.site.google.deviceError = nil
        #expect(try program.poll() == .userNotAllowed && !program.request.isLoggedIn)
    }

    /// max_age is judged by what this login asked for.
    @Test func maxAge() throws {
        let program = try Program()
        var options = RequestOptions()
        try options.set("max_age", to: "60")
        try program.startDeviceLogin(options.login)
        program.site.google.deviceError = nil
        program.site.google.user["auth_time"] = .integer(Site.start - 1000)
        #expect(try program.poll() == .idTokenAuthenticationTooOld)
    }

    @Test func refresh() throws {
        let program = try started()
        program.site.google.deviceError = nil
        try program.poll()
        let first = try program.accessToken()
        program.site.clock.advance(300)
        #expect(try program.accessToken() != first)
        program.site.google.user["email"] = "new@example.com"
        program.site.clock.advance(300)
        let third = try program.accessToken()
        #expect(program.request.claim("email") == "new@example.com")
        #expect(try program.restarted().accessToken() == third)
    }

    @Test func logOut() throws {
        let program = try Program {
            $0.google.metadata["revocation_endpoint"] = .string(Text($0.google.issuer + "/revoke"))
            $0.google.metadata["end_session_endpoint"] = .string(Text($0.google.issuer + "/end"))
        }
        try program.logIn()
        let kept = program.session
        try program.request.logout()
        try program.finish(program.request.pending == nil ? .respond : .wait)
        #expect(!program.request.isLoggedIn && program.session.isEmpty)
        #expect(program.site.google.revoked.map { $0.string.prefix(7) } == ["refresh", "access_"])
        let url = try #require(program.request.nativeURL)
        #expect(url.hasPrefix("https://google.example.com/end?id_token_hint="))
        #expect(!url.contains(text: "post_logout_redirect_uri") && !url.contains(text: "state="))
        #expect(try !program.isLoggedIn(with: kept))
        try program.logIn()
    }

    @Test func noEndpoint() throws {
        let program = try Program { $0.google.metadata["device_authorization_endpoint"] = nil }
        #expect(try failure(of: program)?.code == .metadataInvalid)
    }

    /// As a start that waits fails, resume has no one to throw at.
    private func failure(of program: Program) throws -> Failure? {
        do {
            try program.finish(program.request.startDeviceLogin(provider: "google"))
        } catch let failure as Failure {
            #expect(program.request.failure == failure)
        }
        #expect(!program.request.isLoginPending && program.request.userCode == nil && program.request.nativeURL == nil)
        return program.request.failure
    }

    @Test(
        arguments: [
            ("device_code", nil), ("device_code", ""), ("device_code", "a b"), ("user_code", nil), ("user_code", 7),
            ("user_code", "A\u{1b}[2J"), ("user_code", .string(Text(String(repeating: "A", count: 65)))),
            ("user_code", "\u{202e}ABC"), ("verification_uri", nil),
            ("verification_uri", "http://google.example.com/go"),
            ("verification_uri", "javascript:alert(1)"), ("verification_uri", "https://a.example.com/\n"),
            ("verification_uri", "http://127.0.0.1/go"), ("expires_in", nil), ("expires_in", 0), ("expires_in", "x"),
        ] as [(Text, JSON?)])
    func malformedAnswer(_ name: Text, _ value: JSON?) throws {
        let program = try Program()
        answerWithDevice(program) { $0[name] = value }
        #expect(try failure(of: program)?.code == .deviceAuthorizationInvalid)
    }

    private func answerWithDevice(_ program: Program, _ edit: @escaping (inout JSONObject) -> Void) {
        program.site.google.answer(.device) { (_) throws(Failure) in
            var answer: JSONObject = [
                "device_code": "abc", "user_code": "WDJB", "verification_uri": "https://google.example.com/go",
                "expires_in": 600,
            ]
            edit(&answer)
            return .json(answer)
        }
    }

    /// Where numbers are odd, ours count; and an address that is refused is not shown.
    @Test(
        arguments: [
            (nil, 6000), (0, 2000), (-3, 6000), (1_000_000, 61_000), ("x", 6000), (.integer(.max), 6000),
        ] as [(JSON?, Int64)])
    func interval(_ interval: JSON?, _ wait: Int64) throws {
        let program = try Program()
        answerWithDevice(program) {
            $0["interval"] = interval
            $0["expires_in"] = 1_000_000
            $0["verification_uri_complete"] = "http://google.example.com/go?code=WDJB"
        }
        try program.startDeviceLogin()
        #expect(program.request.nativeWait == wait && program.request.nativeExpiry == 3600)
        #expect(program.request.nativeURL == "https://google.example.com/go")
    }

    @Test func refusal() throws {
        let program = try Program()
        program.site.google.answer(.device) { (_) throws(Failure) in
            .of(400, #"{"error":"invalid_scope","error_description":"no such scope"}"#)
        }
        let failure = try #require(try failure(of: program))
        #expect(failure.code == .deviceAuthorizationRefused && failure.providerCode == "invalid_scope")
        program.site.google.answer(.device) { (_) throws(Failure) in .of(401, #"{"error":"unauthorized_client"}"#) }
        #expect(try self.failure(of: program)?.code == .clientRefused)
    }

    /// A login by a browser replaces one on another device, and the other way round.
    @Test func oneLoginAtATime() throws {
        let program = try started()
        let url = try program.startLogin()
        #expect(program.request.userCode == nil && program.request.nativeURL == url)
        try program.startDeviceLogin()
        #expect(
            try program.browse(Browser.callback(program.site.google.authorize(url))).failure?.code == .stateMismatch)
        #expect(program.request.isLoginPending)
    }

    @Test func whilePending() throws {
        guard Driver.isStepwise else { return }
        let program = try started()
        program.site.clock.advance(6)
        #expect(try program.request.pollDeviceLogin() == .wait)
        let failures = [
            #expect(throws: Failure.self) { try program.request.pollDeviceLogin() },
            #expect(throws: Failure.self) { try program.request.nativeCallback(target: "/", acceptLanguage: "") },
            #expect(throws: Failure.self) { try program.request.startNativeLogin(provider: "google") },
        ]
        #expect(failures.allSatisfy { $0?.code == .exchangePending })
        #expect(program.request.userJSON.hasPrefix("{"))
    }
}
