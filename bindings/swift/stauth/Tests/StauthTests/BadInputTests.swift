import Stauth
import StauthTesting
import Testing

/// What a program or a browser does that it should not.
struct BadInputTests {
    @Test func nulInARequest() async throws {
        let auth = try TestApp()
        await expectFailure(.invalidArgument, "invalid_text") { _ = try await auth.visit("/a\0b") }
        await expectFailure(.invalidArgument, "invalid_text") { _ = try await auth.visit(method: "G\0T") }
        await expectFailure(.invalidArgument, "invalid_text") {
            _ = try await auth.visit(headers: [("Cookie", "a=b\0X-Forwarded-Host")])
        }
        let visit = try await auth.visit(headers: page + [("Cook\0ie", "a=b"), ("X-Other", "a\0b")])
        await expectFailure(.invalidArgument, "invalid_text") { try visit.setClientAddress("::\0" + "1") }
        #expect(try await visit.begin())
        await expectFailure(.invalidArgument, "invalid_text") { try visit.refuse("a\0b") }
    }

    @Test(arguments: ["Cookie", "Accept", "Host"])
    func hugeHeader(_ name: String) async throws {
        let auth = try TestApp()
        await expectFailure(.limitExceeded, "too_large") {
            _ = try await auth.visit(headers: [(name, String(repeating: "x", count: 65_537))])
        }
        let many = (0..<10_000).map { (name: "X-\($0)", value: String(repeating: "y", count: 100)) }
        #expect(try await auth.visit(headers: page + many).begin(), "the library uses none of them")
        let cookies = (0..<40).map { (name: "Cookie", value: "c\($0)=" + String(repeating: "y", count: 3000)) }
        await expectFailure(.limitExceeded, "too_large") { _ = try await auth.visit(headers: page + cookies) }
    }

    @Test func targetThatIsNoPath() async throws {
        let auth = try TestApp()
        for target in ["", "x", String(repeating: "/x", count: 100_000)] {
            let error = await #expect(throws: StauthError.self) { _ = try await auth.visit(target) }
            #expect(error?.kind == .invalidArgument || error?.kind == .limitExceeded)
        }
    }

    @Test func callsBeforeTheBeginning() async throws {
        let visit = try await TestApp().visit("/", ada)
        await expectFailure(.invalidArgument, "out_of_sequence") { try await visit.login() }
        await expectFailure(.invalidArgument, "out_of_sequence") { _ = try await visit.requireLogin() }
        #expect(visit.user == .nobody)
    }

    @Test func visitThatBeginsTwice() async throws {
        let visit = try await TestApp().visit()
        _ = try await visit.begin()
        await #expect(throws: StauthError.self) { _ = try await visit.begin() }
    }

    @Test func callsAfterTheEnd() async throws {
        let auth = try TestApp(settings: ["auth.expose_tokens": "access"])
        let ended = try await auth.visit("/", ada)
        _ = try await ended.begin()
        _ = try ended.finish()
        let gate = try Gate(openPaths: ["/"])
        for visit in [ended, Visit.ended] {
            #expect(visit.user == .nobody && !visit.isLoggedIn && visit.claim("email") == nil && visit.error == nil)
            #expect(!visit.wantsBody && !visit.isFresh(within: .seconds(1_000_000_000)))
            let calls: [() async throws -> Void] = [
                { _ = try visit.finish() }, { _ = try await visit.begin() }, { try await visit.login() },
                { try await visit.logout() }, { _ = try await visit.requireLogin() }, { try await visit.refresh() },
                { _ = try await visit.requireLogin(gate, path: [0x2f]) }, { _ = try await visit.accessToken() },
                { try visit.refuse("x") }, { try visit.setBody([]) }, { try visit.addRoute([]) },
                { try visit.setClientAddress(nil) },
            ]
            for call in calls {
                await expectFailure(.invalidArgument, "invalid_handle", call)
            }
        }
    }

    @Test func visitOutlivesItsApp() async throws {
        var auth: TestApp? = try TestApp()
        let visit = try await #require(auth).visit("/", ada)
        auth = nil
        #expect(try await visit.begin() && visit.claim("name") == "Ada")
        #expect(try visit.finish().status == nil)
    }

    @Test func durationsWithoutEnd() async throws {
        let visit = try await TestApp().visit("/", ada)
        _ = try await visit.begin()
        #expect(!visit.isFresh(within: .seconds(Int64.max)) && !visit.isFresh(within: .seconds(-1)))
        await expectFailure(.invalidArgument, "option_invalid") {
            try await visit.login(options: LoginOptions(maxAge: .seconds(-1)))
        }
    }
}
