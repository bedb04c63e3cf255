import Foundation
import Stauth
import StauthTesting
import Testing

struct AppTests {
    @Test func configurationErrorListsAllProblems() async {
        let error = #expect(throws: StauthError.self) {
            try App(Configuration(toml: "[auth]\nredirect_uri = 'x'\nclient_idd = 'y'\n"))
        }
        #expect(error?.kind == .configuration && error?.code == "configuration_invalid" && error?.httpStatus == 500)
        #expect(error?.message.contains("redirect_uri") == true && error?.message.contains("client_idd") == true)
        #expect(error?.providerCode == nil && error?.description.hasPrefix("stauth: configuration_invalid: ") == true)
    }

    @Test func fileOfSettings() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "stauth-\(UUID()).toml").path
        await expectFailure(.configuration, "configuration_invalid") { _ = try App(Configuration(file: file)) }
        let lines = settings.map { "\($0.dropFirst(5)) = '\($1)'" }
        try Data("[auth]\n\(lines.joined(separator: "\n"))\n".utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let app = try App(Configuration(file: file))
        #expect(app.callbackPaths == ["/oauth2callback"] && !app.requiresLogin)
        #expect(app.loginPath == "/auth/login" && app.logoutPath == "/auth/logout")
        #expect(try App(Configuration(file: file, settings: ["auth.require_login": "true"])).requiresLogin)
    }

    @Test func fileOfTheEnvironment() async throws {
        await #expect(processExitsWith: .success) {
            setenv("STAUTH_SECRETS", "/nowhere/of-the-environment.toml", 1)
            let error = #expect(throws: StauthError.self) { try App() }
            #expect(error?.message.contains("/nowhere/of-the-environment.toml") == true)
            unsetenv("STAUTH_SECRETS")
            let other = #expect(throws: StauthError.self) { try App() }
            #expect(other?.message.contains(".streamlit/secrets.toml") == true)
        }
    }

    @Test(arguments: [
        Configuration(file: "a\0b"), Configuration(settings: ["auth.\0": "x"]),
        Configuration(settings: ["auth.x": "a\0b"]),
    ])
    func nulInSettings(_ configuration: Configuration) async {
        await expectFailure(.invalidArgument, "invalid_text") { _ = try App(configuration) }
    }

    @Test func userFromCookie() async throws {
        let auth = try TestApp()
        let user = try await auth.app.user(fromCookie: auth.signIn(ada))
        #expect(user.isLoggedIn && user.json.contains(#""email":"ada@example.org""#))
        for cookie in ["", "a=b", "stauth_session=\0\u{ff}"] {
            #expect(try auth.app.user(fromCookie: cookie) == .nobody)
        }
        await expectFailure(.limitExceeded, "too_large") {
            _ = try auth.app.user(fromCookie: String(repeating: "x", count: 70_000))
        }
    }

    @Test func claimsAsATypeOfTheProgram() async throws {
        struct Member: Decodable {
            let email: String, groups: [String]
        }
        let auth = try TestApp()
        let user = try await auth.app.user(fromCookie: auth.signIn(ada))
        let member = try user.decoded(as: Member.self)
        #expect(member.email == "ada@example.org" && member.groups == ["a", "b"])
        #expect(throws: DecodingError.self) { try User.nobody.decoded(as: Member.self) }
    }

    @Test func cookieOfAnotherApp() async throws {
        let (auth, other) = try (TestApp(), TestApp())
        let cookie = try await auth.signIn()
        #expect(try auth.app.user(fromCookie: cookie).isLoggedIn)
        #expect(try !other.app.user(fromCookie: cookie).isLoggedIn)
        #expect(try await TestApp(settings: ["auth.cookie_prefix": "mine"]).signIn().hasPrefix("mine_session="))
    }

    @Test func sessionsThatTheProgramEnds() async throws {
        let auth = try TestApp()
        let (ada, bob) = try await (auth.signIn(#"{"sub": "ada"}"#), auth.signIn(#"{"sub": "bob"}"#))
        try auth.app.endSessions(#"{"provider":"default","sub":"ada"}"#)
        #expect(try !auth.app.user(fromCookie: ada).isLoggedIn && auth.app.user(fromCookie: bob).isLoggedIn)
        await expectFailure(.invalidArgument, "option_invalid") { try auth.app.endSessions("{}") }
        await expectFailure(.invalidArgument, "invalid_text") { try auth.app.endSessions("{\0}") }
    }

    @Test func numbersForMonitoring() async throws {
        let auth = try TestApp()
        _ = try await auth.signIn(ada)
        #expect(try auth.app.statsJSON().contains(#"{"event":"login_succeeded","provider":"default","count":1}"#))
        let line = #"stauth_events_total{event="login_succeeded",provider="default",code=""} 1"#
        #expect(try auth.app.statsPrometheus().contains(line))
    }

    @Test func numbersThatNeedALargerBuffer() throws {
        var toml = "[auth]\nredirect_uri = 'http://localhost/cb'\ncookie_secret = 'a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e'\n"
        for number in 0..<100 {
            toml += """
                [auth.p\(number)]
                client_id = 'c'
                client_secret = 's-0123456789-abcdefghijklmnop'
                server_metadata_url = 'https://op.example/.well-known/openid-configuration'

                """
        }
        let text = try App(Configuration(toml: toml)).statsPrometheus()
        #expect(text.utf8.count > 64 * 1024 && text.matches(of: /_count\{/).count == 100)
    }

    @Test func personalDataIsNotPrinted() async throws {
        let auth = try TestApp(settings: ["auth.expose_tokens": "access"])
        let visit = try await auth.visit("/", ada)
        _ = try await visit.begin()
        let (user, token) = (visit.user, try await visit.accessToken())
        var dumped = ""
        dump((user, token), to: &dumped)
        for text in ["\(user) \(token)", String(reflecting: (user, token)), dumped] {
            #expect(!text.contains("ada") && !text.contains(token.secret) && text.contains("<User signed in>"))
        }
        #expect("\(User.nobody)" == "<User nobody>" && !token.secret.isEmpty)
    }
}
