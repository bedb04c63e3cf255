import Stauth
import StauthTesting
import Testing

struct VisitTests {
    @Test func whoSentTheRequest() async throws {
        let auth = try TestApp()
        let visit = try await auth.visit("/report", ada)
        #expect(visit.user == .nobody, "before it begins")
        #expect(try await visit.begin() && visit.isLoggedIn && visit.error == nil)
        #expect(visit.claim("email") == "ada@example.org" && visit.claim("groups") == #"["a","b"]"#)
        #expect(visit.claim("nothing") == nil && visit.claim("em\0ail") == nil)
        #expect(visit.user.json.contains(#""name":"Ada""#))
        let answer = try visit.finish()
        #expect(answer.status == nil && answer.body.isEmpty)
        #expect(answer.headers.contains { $0.name == "Vary" && $0.value == "Cookie" })
    }

    @Test func loginOfTheLibrary() async throws {
        let visit = try await TestApp().visit("/auth/login?return_to=/x")
        #expect(try await !visit.begin())
        let answer = try visit.finish()
        #expect(answer.status == 302 && answer.headers.contains { $0.name == "Set-Cookie" })
    }

    @Test func loginOfTheProgram() async throws {
        let auth = try TestApp()
        let visit = try await auth.visit()
        _ = try await visit.begin()
        let options = LoginOptions(
            returnTo: "/x", loginHint: "ada", prompt: "login", acrValues: "mfa", maxAge: .seconds(90), uiLocales: "de")
        try await visit.login("default", options: options)
        let location = try visit.finish().headers.first { $0.name == "Location" }?.value ?? ""
        for part in ["login_hint=ada", "prompt=login", "acr_values=mfa", "max_age=90", "ui_locales=de"] {
            #expect(location.contains(part), "\(location)")
        }
    }

    @Test func optionThatIsRefused() async throws {
        let visit = try await TestApp().visit()
        _ = try await visit.begin()
        await expectFailure(.invalidArgument, "option_invalid") {
            try await visit.login(options: LoginOptions(loginHint: "ada", maxAge: .seconds(-1)))
        }
        await expectFailure(.invalidArgument, "invalid_text") {
            try await visit.login(options: LoginOptions(loginHint: "ada", uiLocales: "d\0e"))
        }
        try await visit.login()
        let location = try visit.finish().headers.first { $0.name == "Location" }?.value ?? ""
        #expect(location.contains("/authorize?") && !location.contains("ada"), "\(location)")
    }

    @Test func providerThatDoesNotExist() async throws {
        let visit = try await TestApp().visit()
        _ = try await visit.begin()
        await expectFailure(.invalidArgument, "provider_unknown") { try await visit.login("nobody") }
        await expectFailure(.invalidArgument, "invalid_text") { try await visit.login("de\0fault") }
        #expect(try visit.finish().status == nil, "nothing has changed")
    }

    @Test func providerThatIsDown() async throws {
        let app = try App(Configuration(settings: settings, client: { _ in throw CancellationError() }))
        let visit = try Visit(app, method: "GET", target: "/", headers: page)
        _ = try await visit.begin()
        await expectFailure(.network, "provider_unreachable") { try await visit.login() }
        #expect(visit.error?.code == "provider_unreachable")
        let answer = try visit.finish()
        #expect(answer.status == 502 && String(decoding: answer.body, as: UTF8.self).contains("provider_unreachable"))
    }

    @Test(arguments: [LogoutScope.provider, .local, .everywhere])
    func logout(_ scope: LogoutScope) async throws {
        let auth = try TestApp()
        let headers = page + [("Sec-Fetch-Site", "same-origin")]
        let visit = try await auth.visit("/", ada, method: "POST", headers: headers)
        _ = try await visit.begin()
        try await visit.logout(scope)
        #expect(!visit.isLoggedIn)
        #expect(try visit.finish().status == 303)
        let crossSite = try await auth.visit(
            "/", #"{"sub": "other"}"#, headers: page + [("Sec-Fetch-Site", "cross-site")])
        _ = try await crossSite.begin()
        await expectFailure(.requestRefused, "cross_site_request") { try await crossSite.logout(scope) }
        #expect(crossSite.isLoggedIn)
    }

    @Test func pagesForUsers() async throws {
        let auth = try TestApp()
        let anonymous = try await auth.visit()
        _ = try await anonymous.begin()
        #expect(try await !anonymous.requireLogin() && anonymous.finish().status == 302)
        let script = try await auth.visit(headers: [("Host", "localhost:8501"), ("Accept", "application/json")])
        _ = try await script.begin()
        #expect(try await !script.requireLogin() && script.finish().status == 401)
        let user = try await auth.visit("/", ada)
        _ = try await user.begin()
        #expect(try await user.requireLogin() && user.finish().status == nil)
    }

    @Test func gate() async throws {
        let auth = try TestApp()
        let gate = try Gate(openPaths: ["/health", "/static/"])
        for (path, isOpen) in [("/health", true), ("/static/a", true), ("/healthy", false), ("/static/../x", false)] {
            let visit = try await auth.visit()
            _ = try await visit.begin()
            #expect(try await visit.requireLogin(gate, path: Array(path.utf8)) == isOpen, "\(path)")
        }
        let visit = try await auth.visit()
        _ = try await visit.begin()
        #expect(try await !visit.requireLogin(Gate(openPaths: []), path: []))
        await expectFailure(.configuration, "configuration_invalid") { _ = try Gate(openPaths: ["health"]) }
        await expectFailure(.invalidArgument, "invalid_text") { _ = try Gate(openPaths: ["/a", "/b\0/"]) }
    }

    @Test func routesOfTheProgram() async throws {
        let auth = try TestApp(settings: ["auth.require_login": "true", "auth.open_paths": #"["/open/"]"#])
        #expect(auth.app.requiresLogin)
        for (route, isOpen) in [("/open/a", true), ("/closed", false)] {
            let visit = try await auth.visit("/open/x")
            try visit.addRoute(Array(route.utf8))
            #expect(try await visit.begin() == isOpen)
        }
        let visit = try await auth.visit("/open/x")
        await expectFailure(.limitExceeded, "too_large") { try visit.addRoute([UInt8](repeating: 0x61, count: 70_000)) }
        #expect(try await !visit.begin(), "closed after a failure")
    }

    @Test func tokens() async throws {
        let auth = try TestApp(settings: ["auth.expose_tokens": "access"])
        let visit = try await auth.visit("/", ada)
        _ = try await visit.begin()
        let token = try await visit.accessToken()
        #expect(token.secret.count == 64 && token.expiry != nil)
        try await visit.refresh()
        let fresh = try await visit.accessToken()
        #expect(fresh.secret != token.secret && visit.claim("name") == "Ada")
        #expect(visit.isFresh(within: .seconds(60)) == false, "without auth_time")
        let anonymous = try await auth.visit()
        _ = try await anonymous.begin()
        await expectFailure(.requestRefused, "not_signed_in") { _ = try await anonymous.accessToken() }
        await expectFailure(.requestRefused, "not_signed_in") { try await anonymous.refresh() }
    }

    @Test func pageOfAnError() async throws {
        let visit = try await TestApp().visit()
        _ = try await visit.begin()
        try visit.refuse("provider_unreachable")
        #expect(try visit.finish().status == 502)
    }

    @Test func bodyOfALogin() async throws {
        let headers = page + [("Content-Type", "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin")]
        let auth = try TestApp()
        let visit = try await auth.visit("/auth/login", method: "POST", headers: headers)
        #expect(visit.wantsBody)
        try visit.setBody(Array("return_to=%2Fx".utf8))
        #expect(try await !visit.begin() && visit.finish().status == 303)
        let huge = try await auth.visit("/auth/login", method: "POST", headers: headers)
        await expectFailure(.limitExceeded, "too_large") { try huge.setBody([UInt8](repeating: 0x61, count: 65_537)) }
        let plain = try await auth.visit()
        #expect(!plain.wantsBody)
    }
}
