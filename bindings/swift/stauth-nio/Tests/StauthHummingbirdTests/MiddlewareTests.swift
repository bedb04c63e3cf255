import HTTPTypes
import Hummingbird
import NIOCore
import Stauth
import StauthHummingbird
import StauthTesting
import Synchronization
import Testing

struct MiddlewareTests {
    let auth: TestApp

    init() throws {
        auth = try TestApp()
    }

    private func cookie(_ claims: String = #"{"name": "Ada"}"#) async throws -> [(name: String, value: String)] {
        [("Cookie", try await auth.signIn(claims))]
    }

    @Test func pageOfTheProgram() async throws {
        let page = try await site(StauthMiddleware(auth.app)).open("/page", headers: cookie())
        #expect(page.status == 200 && page.text.contains(#""name":"Ada""#))
        #expect(page["Cache-Control"].first == "max-age=9" && page["Vary"].contains { $0.contains("Cookie") })
    }

    @Test func pathsOfTheLibrary() async throws {
        let site = site(StauthMiddleware(auth.app))
        let login = try await site.open("/auth/login")
        #expect(login.status == 302 && login["Set-Cookie"].count == 1 && login["Cache-Control"] == ["no-store"])
        let form = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin"),
        ]
        let body = RequestBody(buffer: ByteBuffer(string: "return_to=%2Fx"))
        #expect(try await site.open("/auth/login", .post, body: body, headers: form).status == 303)
        let huge = RequestBody(buffer: ByteBuffer(repeating: 0x61, count: 1 << 20))
        let refused = try await site.open("/auth/login", .post, body: huge, headers: form)
        #expect(refused.status == 413 && refused.text.contains("too_large"))
        let head = try await site.open("/auth/login?provider=nobody", .head)
        #expect(head.status >= 400 && head.text.isEmpty)
    }

    @Test func bodyThatDoesNotArrive() async throws {
        let (body, source) = RequestBody.makeStream()
        source.finish(CancellationError())
        let form = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"), ("Sec-Fetch-Site", "same-origin"),
        ]
        let page = try await site(StauthMiddleware(auth.app)).open("/auth/login", .post, body: body, headers: form)
        #expect(page.status == 400 && page.text.contains("request_incomplete"))
    }

    @Test func bodyForTheProgram() async throws {
        let body = RequestBody(buffer: ByteBuffer(repeating: 0x61, count: 100_000))
        let page = try await site(StauthMiddleware(auth.app)).open("/page", .post, body: body)
        #expect(page.text == "100000 bytes")
    }

    @Test func pathWithoutARoute() async throws {
        let page = try await site(StauthMiddleware(auth.app)).open("/nowhere", headers: cookie())
        #expect(page.status == 404)
    }

    @Test func closedSite() async throws {
        let site = site(StauthMiddleware(auth.app, requiresLogin: true))
        for path in ["/page", "/nowhere", "//page", "/p%61ge"] {
            let page = try await site.open(path)
            #expect(page.status == 302 && page["Location"].first?.contains("/authorize?") == true, "\(path)")
        }
        #expect(try await site.open("/page", headers: [("Sec-Fetch-Mode", "cors")]).status == 401)
        #expect(try await site.open("/page", headers: cookie()).status == 200)
    }

    private static let paths = [
        ("/open/x", true), ("/health", true), ("/open/%2e%2e/page", false), ("/open/a%20b", true), ("/he%61lth", false),
        ("/page", false), ("//open/x", false), ("/open/../page", false), ("/HEALTH", false), ("/%6fpen/x", false),
    ]

    @Test(arguments: paths)
    func openPaths(_ path: String, _ isOpen: Bool) async throws {
        let gate = try Gate(openPaths: ["/open/", "/health"])
        let byCode = try await site(StauthMiddleware(auth.app, gate: gate)).open(path)
        #expect((byCode.status == 404) == isOpen && (byCode.status == 302) == !isOpen)
        let settings = ["auth.require_login": "true", "auth.open_paths": #"["/open/", "/health"]"#]
        let bySettings = try await site(StauthMiddleware(TestApp(settings: settings).app)).open(path)
        #expect((bySettings.status == 404) == isOpen && (bySettings.status == 302) == !isOpen)
    }

    @Test(arguments: ["http://localhost:8501/closed", "https://x/closed", "http://x?/open/", "*"])
    func targetThatIsNoPath(_ target: String) async throws {
        let settings = ["auth.require_login": "true", "auth.open_paths": #"["/open/"]"#]
        let page = try await site(StauthMiddleware(TestApp(settings: settings).app)).open(target)
        #expect([302, 400, 401].contains(page.status), "\(page.status)")
    }

    @Test func errorsOfHandlers() async throws {
        struct Other: Error {}
        let router = site(StauthMiddleware(auth.app))
        router.get("login") { _, context in
            try await context.visit.login("nobody")
            return "x"
        }
        router.get("status") { _, _ -> String in throw HTTPError(.init(code: 418)) }
        router.get("other") { _, _ -> String in throw Other() }
        let page = try await router.open("/login")
        #expect(page.status == 404 && page.text.contains("provider_unknown") && !page.text.contains("nobody"))
        #expect(try await router.open("/status").status == 418)
        await #expect(throws: Other.self) { try await router.open("/other") }
    }

    @Test func loginInAHandler() async throws {
        let router = site(StauthMiddleware(auth.app))
        router.get("login") { _, context in
            try await context.visit.login()
            return Response(status: .ok, headers: [.contentType: "x/y"], body: .init(byteBuffer: .init(string: "page")))
        }
        let page = try await router.open("/login")
        #expect(page.status == 302 && !page.text.contains("page") && page["Content-Type"] != ["x/y"])
    }

    @Test func visitThatIsKept() async throws {
        let kept = Mutex(Visit.ended)
        let router = site(StauthMiddleware(auth.app))
        router.get("keep") { _, context in
            kept.withLock { $0 = context.visit }
            return "\(context.visit.isLoggedIn)"
        }
        #expect(try await router.open("/keep", headers: cookie()).text == "true")
        #expect(kept.withLock { $0.user } == .nobody)
    }

    @Test func visitThatAHandlerFinishes() async throws {
        let router = site(StauthMiddleware(auth.app))
        router.get("finish") { _, context in
            _ = try context.visit.finish()
            return "a user's page"
        }
        let page = try await router.open("/finish", headers: cookie())
        #expect(page.status == 500 && !page.text.contains("a user's page"))
    }

    @Test func hugeHeaders() async throws {
        let page = try await site(StauthMiddleware(auth.app))
            .open("/page", headers: [("Cookie", String(repeating: "x", count: 70_000))])
        #expect(page.status >= 400 && page.text.contains("too_large"))
    }

    @Test func contextWithoutTheMiddleware() async throws {
        let router = Router(context: Context.self)
        router.get("page") { _, context in "\(context.visit.user == .nobody)" }
        #expect(try await router.open("/page").text == "true")
    }

    @Test func addressOfTheBrowser() async throws {
        let lines = Mutex<[String]>([])
        let auth = try TestApp(log: { _, line in lines.withLock { $0.append(line) } })
        let forwarded = StauthMiddleware<Context>(auth.app) { _, _ in "192.0.2.7" }
        _ = try await site(forwarded).open("/oauth2callback?code=x&state=y")
        #expect(lines.withLock { $0.contains { $0.contains("client_address=192.0.2.7") } })
    }
}
