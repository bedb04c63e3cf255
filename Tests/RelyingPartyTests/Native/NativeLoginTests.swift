import Basics
import JSON
import RelyingParty
import TestSupport
import Testing

/// Logins of native programs by a browser and a loopback port (RFC 8252).
@Suite struct NativeLoginTests {
    @Test func login() throws {
        let program = try Program()
        #expect(!program.request.isLoggedIn && program.session.isEmpty && !program.request.isLoginPending)
        let url = try program.startLogin()
        let fields = program.site.google.requestedFields(url)
        #expect(fields.values(of: "redirect_uri") == [Text(Program.redirectURI)])
        #expect(fields.values(of: "code_challenge_method") == ["S256"] && fields.values(of: "nonce").count == 1)
        #expect(program.request.isLoginPending && program.request.nativeExpiry == 900)
        #expect(program.session.isEmpty, "a login that has not ended is none of what the program keeps")
        let page = try program.browse(Browser.callback(program.site.google.authorize(url)), language: "de")
        #expect(page.status == 200 && page.body.contains("Sie können dieses Fenster schließen."))
        #expect(!page.body.contains("href="))
        #expect(!program.request.isLoginPending && page.failure == nil && page.isLoggedIn)
        #expect(program.request.claim("email") == "ada@example.com")
        #expect(program.site.events.suffix(2) == ["login_started", "login_succeeded"])
        #expect(program.request.nativeURL == nil)
    }

    @Test func theSessionOutlivesTheProgramAndItsPort() throws {
        let program = try Program()
        try program.logIn()
        #expect(program.session.allSatisfy { (0x20...0x7E).contains($0) })
        let next = try program.restarted(redirectURI: "http://127.0.0.1:50000/oauth2callback")
        #expect(next.request.isLoggedIn && next.session == program.session)
        #expect(try next.accessToken() == program.accessToken())
    }

    /// Any page of any site can have the browser ask for it.
    @Test func callbackThatIsNoRequestEndsNothing() throws {
        let program = try Program()
        let url = try program.startLogin()
        for broken in [String(repeating: "a", count: 20_000), "a\u{1}b", "a\nb"] {
            #expect(try program.browse("/oauth2callback?\(broken)").status == 400)
            #expect(program.request.isLoginPending)
        }
        #expect(try program.browse(Browser.callback(program.site.google.authorize(url))).isLoggedIn)
    }

    /// Whatever becomes of what is kept, nobody is signed in with it, and nothing breaks.
    @Test func keptSessionThatIsBroken() throws {
        let program = try Program()
        try program.logIn()
        let session = program.session
        var broken: [[UInt8]] = [
            Array(session.dropLast()), Array(session.dropFirst()), session + session, [0, 0xFF, 0x0A],
        ]
        broken.append(Array("stauth_session=; stauth_login-x=1; stauth_session=a\r\nX: y".utf8))
        broken.append([UInt8](repeating: 0x41, count: 100_000))
        for index in stride(from: 20, to: min(session.count, 200), by: 30) {
            var other = session
            other[index] ^= 1
            broken.append(other)
        }
        for kept in broken {
            let next = try Program(session: kept, beside: program.site)
            #expect(!next.request.isLoginPending)
            let user = next.request.isLoggedIn
            // A second copy, or a cut in the tokens, leaves the session as it was.
            if user { #expect(next.request.claim("sub") == "user-1") }
        }
        #expect(try !Program(session: broken[1], beside: program.site).request.isLoggedIn)
    }

    @Test func anotherPathEndsNothing() throws {
        let program = try Program()
        let url = try program.startLogin()
        let paths = ["/favicon.ico", "/", "/auth/logout", "/auth/login?provider=google", "/oauth2callbackx"]
        for target in paths + ["*", "", "oauth2callback?code=a&state=AAAA"] {
            let page = try program.browse(target)
            #expect(page.status == (paths.contains(target) ? 404 : 400), "\(target)")
            #expect(page.body.isEmpty && page.failure == nil, "\(target)")
            #expect(program.request.isLoginPending)
        }
        #expect(program.site.google.count(.token) == 0)
        #expect(try program.browse(Browser.callback(program.site.google.authorize(url))).isLoggedIn)
    }

    /// Any page that the user's browser shows can send it to the port.
    @Test func anotherStateEndsNothing() throws {
        let program = try Program()
        let url = try program.startLogin()
        for query in ["?code=abc&state=AAAA", "?error=access_denied&state=AAAA", "?code=abc", "", "?state=%"] {
            let page = try program.browse("/oauth2callback" + query)
            #expect(page.status == 400 && program.request.isLoginPending && !page.isLoggedIn)
            #expect(page.failure != nil && !page.body.contains("href="))
        }
        let page = try program.browse(Browser.callback(program.site.google.authorize(url)))
        #expect(page.isLoggedIn && page.failure == nil)
    }

    /// The session before goes on if the next login fails, and a response of anybody's does not end it.
    @Test func refusedLogin() throws {
        let program = try Program()
        try program.logIn()
        let session = program.session
        let url = try program.startLogin()
        #expect(try program.browse("/oauth2callback?code=a&state=AAAA").failure?.code == .stateMismatch)
        let page = try program.browse(Browser.callback(program.site.google.refuse(url, "access_denied")))
        #expect(page.failure?.code == .authorizationRefused && !program.request.isLoginPending)
        #expect(program.request.isLoggedIn && program.session == session)
    }

    @Test func unknownProvider() throws {
        let program = try Program()
        for name in ["nobody", nil] as [Text?] {
            let failure = #expect(throws: Failure.self) { try program.startLogin(name) }
            #expect(failure?.code == .providerUnknown && !program.request.isLoginPending)
            #expect(program.request.nativeURL == nil)
        }
    }

    @Test func anotherUserFollows() throws {
        let program = try Program()
        try program.logIn()
        let kept = program.session
        program.site.google.user["sub"] = "user-2"
        try program.logIn()
        #expect(program.request.claim("sub") == "user-2")
        #expect(try program.restarted().request.claim("sub") == "user-2")
        #expect(try !program.isLoggedIn(with: kept), "the session before has ended")
    }

    /// Only the latest of the program's logins counts.
    @Test func secondLoginReplacesTheFirst() throws {
        let program = try Program()
        let first = try program.startLogin()
        let second = try program.startLogin()
        #expect(
            try program.browse(Browser.callback(program.site.google.authorize(first))).failure?.code == .stateMismatch)
        #expect(try program.browse(Browser.callback(program.site.google.authorize(second))).isLoggedIn)
    }

    /// Headers have limits that a program's file has not.
    @Test func largeTokensAreKept() throws {
        let program = try Program(#"expose_tokens = ["id", "access"]"#) { site in
            site.google.editTokenResponse = {
                $0["access_token"] = .string(Text(String(repeating: "a", count: 12_000)))
            }
            site.google.user["groups"] = .array((0..<300).map { .string("group-\($0)-of-a-large-organisation") })
        }
        try program.logIn()
        #expect(try program.accessToken().count == 12_000)
        let next = try program.restarted(#"expose_tokens = ["id", "access"]"#)
        #expect(try next.accessToken().count == 12_000 && next.session.count > 20_000)
        #expect(!program.site.events.contains("tokens_too_large"))
        #expect(try program.browse("/").status == 404)
        // So has a login that follows.
        try next.logIn()
    }

    @Test func brokenClockSignsNobodyIn() throws {
        let program = try Program()
        try program.logIn()
        program.site.clock.set(-1)
        #expect(program.request.readUser() == #"{"is_logged_in":false}"#)
    }

    /// A clock that jumps, or a store that is out of reach for once, signs nobody out for good.
    @Test func sessionComesBack() throws {
        let program = try Program()
        try program.logIn()
        program.site.clock.advance(60 * 24 * 3600)
        #expect(program.request.readUser() == #"{"is_logged_in":false}"#)
        program.site.clock.advance(-60 * 24 * 3600)
        #expect(program.request.readUser().contains(text: "ada@example.com") && program.request.isLoggedIn)
    }

    @Test func sessionHasALimit() throws {
        let program = try Program { site in
            site.google.editTokenResponse = {
                $0["access_token"] = .string(Text(String(repeating: "a", count: 60_000)))
            }
        }
        let page = try program.browse(Browser.callback(program.site.google.authorize(program.startLogin())))
        #expect(page.isLoggedIn && program.session.count < 60 * 1024)
        #expect(program.site.events.contains("tokens_too_large"))
        let failure = #expect(throws: Failure.self) { try program.accessToken() }
        #expect(failure?.code == .tokenUnavailable)
    }

    /// Neither is for programs, which have no browser to be bound to, nor Streamlit.
    @Test(arguments: ["device_bound = true", #"cookie_format = "streamlit""#])
    func browserSettings(_ line: String) throws {
        let site = try Site(line, redirectURI: Program.redirectURI)
        let failure = #expect(throws: Failure.self) { try HostRequest.native(site.application, session: []) }
        #expect(failure?.code == .configurationInvalid)
    }

    /// The gate is before pages.
    @Test func requireLogin() throws {
        let program = try Program("require_login = true")
        #expect(!program.request.isLoggedIn && program.request.responseStatus == 0)
    }
}
