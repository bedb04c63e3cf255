import Basics
import Configuration
import RelyingParty
import Settings
import TestSupport
import Testing

/// Which paths need no login, however they reach the gate: as the target of a request, or as what the host routes by.
@Suite struct OpenPathTests {
    let site: Site

    init() throws {
        site = try Site(
            #"""
            require_login = true
            open_paths = ["/health", "/static/", "/über"]
            """#)
    }

    /// Whether a path is open to a script, by each way of judging. All have to say the same.
    private func isOpen(_ target: String, method: String = "GET") throws -> Bool {
        let path = FormEncoding.decodePath(Text(String(target.prefix { $0 != "?" })))
        let asTarget = try Browser(site).send(method, target).status == 0
        let open = try Browser(site).send(method, "/health") { request in
            let again = try request.requireLogin(at: path, openPaths: nil)
            #expect((again == .proceed) == asTarget, "judged once more, after begin()")
        }
        #expect(open.status == (asTarget ? 0 : 401))
        return asTarget
    }

    @Test(arguments: [
        "/health", "/health?x=1", "/static/", "/static/a/b.css", "/static/a/", "/%C3%BCber", "/he%61lth",
    ])
    func open(path: String) throws {
        for method in ["GET", "HEAD", "POST"] { #expect(try isOpen(path, method: method)) }
    }

    @Test(arguments: [
        "/", "/healthy", "/health/", "/health/x", "/Health", "/static", "/statics/a", "/admin?/static/",
        "/admin;/static/", "/static/../admin", "/static/..", "/static/../", "/static/%2e%2e/admin",
        "/static/..%2Fadmin", "/static//admin", "/static/./../admin", "/static/x/../../admin", "/static/..\\admin",
        "/static/%5c..%5cadmin", "//static/a", "/./static/a", "/x/../static/a", "/static/a/..", "/static/.",
        "/%2fhealth", "/health%00", "/uber",
    ])
    func closed(path: String) throws {
        #expect(try !isOpen(path))
    }

    @Test(arguments: [
        "/static/%252e%252e/admin", "/static/%252fadmin", "/static/..;/admin", "/static/..;x=1/admin",
        "/static/;x/a", "/static/%ff", "/static/%c0%ae%c0%ae/admin", "/static/%ed%a0%80", "/static/%ef%bf%bd",
        "/static/a%00b", "/static/%0a", "/static/%7f", "/static/.%20/a", "/static/%20/admin", "/static/.../admin",
    ])
    func whatCanBeReadInTwoWaysIsClosed(path: String) throws {
        #expect(try !isOpen(path))
    }

    @Test(arguments: [
        "/static/a..b", "/static/...a", "/static/a;b=..", "/static/100%25", "/static/%25zz", "/static/%zz", "/static/%",
        "/static/a+b", "/static/%C3%BC",
    ])
    func whatOnlyLooksOddIsOpen(path: String) throws {
        #expect(try isOpen(path))
    }

    /// "/" as an open path is the start page, not all below it. A prefix that was cut off may leave nothing of the path.
    @Test func startPageAlone() {
        #expect(!OpenPaths([]).contains([]))
        for (path, isOpen) in [("/", true), ("", true), ("/x", false), ("//", false)] {
            #expect(OpenPaths(["/"]).contains(Array(path.utf8)) == isOpen)
        }
    }

    /// Entries that no decoded path is equal to, or that would not mean what they say.
    @Test(arguments: ["health", "", "/a/../b", "/a//b", "/%C3%BCber", "/a\\b", "/a\n", "/..", "//", "/\u{FFFD}/"])
    func entriesThatOpenNothing(path: String) {
        #expect(OpenPaths.problem(with: Text(path)) != nil)
    }

    @Test(arguments: ["/", "/health", "/static/", "/über", "/a b", "/100%", "/.well-known/"])
    func entriesThatOpenSomething(path: String) {
        #expect(OpenPaths.problem(with: Text(path)) == nil)
    }

    // MARK: - What the host routes by

    /// What begin() says to a script's request for `target`, for a host that routes by these paths.
    private func isOpen(target: String, routes: [String]) throws -> Bool {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: Text(target)))
        for route in routes { try request.addRoutedPath(Array(route.utf8)) }
        return try request.begin() == .proceed
    }

    /// A prefix that the client may have chosen neither opens nor closes a page.
    @Test(arguments: [
        ("/app/static/a", ["/static/a"], true), ("/static/admin", ["/admin"], false),
        ("/app/static/a", ["/app/static/a", "/static/a"], false), ("/x", ["/static/a", "/health"], true),
        ("/static/a", [""], false), ("/health", ["*"], false), ("/health", ["static/a"], false),
        ("/health", ["http://localhost/static/a"], false),
    ])
    func routedPathsCountInsteadOfTheTarget(target: String, routes: [String], expected: Bool) throws {
        #expect(try isOpen(target: target, routes: routes) == expected)
    }

    @Test func routeComesBeforeBegin() throws {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/health"))
        #expect(throws: Failure.self) { try request.requireLogin(at: nil, openPaths: nil) }
        #expect(try request.begin() == .proceed)
        #expect(throws: Failure.self) { try request.addRoutedPath([0x2F]) }
    }
}
