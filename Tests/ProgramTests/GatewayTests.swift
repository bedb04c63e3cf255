import Basics
import NIOHTTP1
import Testing

@testable import Gateway

struct NetworksTests {
    private func contains(_ networks: [Text], _ address: Text) -> Bool? {
        Networks(networks)?.contains(address)
    }

    @Test func bitsCount() {
        #expect(contains(["10.0.0.0/8"], "10.255.1.2") == true)
        #expect(contains(["10.0.0.0/8"], "11.0.0.1") == false)
        #expect(contains(["192.0.2.128/25"], "192.0.2.127") == false)
        #expect(contains(["192.0.2.128/25"], "192.0.2.129") == true)
        #expect(contains(["2001:db8::/33"], "2001:db8:8000::1") == false)
        #expect(contains(["2001:db8::/33"], "2001:db8:7fff::1") == true)
        #expect(contains(["0.0.0.0/0"], "192.0.2.1") == true)
    }

    @Test func familiesDiffer() {
        #expect(contains(["0.0.0.0/0"], "::1") == false)
        #expect(contains(["::/0"], "127.0.0.1") == false)
        // Of a socket for both.
        #expect(contains(["127.0.0.1"], "::ffff:127.0.0.1") == true)
    }

    @Test(arguments: [
        "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "10.0.0.0/-1", "::1/129", "", "/8", "010.0.0.1",
    ])
    func mistakesAreNoNetworks(_ text: String) {
        #expect(Networks([Text(wellFormed: text.utf8)]) == nil)
    }

    @Test func loopbackIsTheDefault() {
        #expect(GatewaySettings().trustedProxies.contains("127.0.0.1") == true)
        #expect(GatewaySettings().trustedProxies.contains("::1") == true)
        #expect(GatewaySettings().trustedProxies.contains("192.0.2.1") == false)
        #expect(GatewaySettings().trustedProxies.contains(Peer.unknown) == false)
    }
}

struct IdentityNamesTests {
    @Test(arguments: [
        "X-Forwarded-User", "x_forwarded_user", "X.Forwarded.Email", "X-FORWARDED_GROUPS", "X-Forwarded-Jwt",
        "X-Auth-Request-User", "X_Original_URL", "X-Forwarded-Uri",
    ])
    func spellings(_ name: String) {
        #expect(IdentityNames.isReserved(name))
    }

    @Test func everyHeaderOfTheSettings() {
        for header in IdentityHeader.allCases { #expect(IdentityNames.isReserved(header.name)) }
    }

    @Test(arguments: ["X-Forwarded-For", "X-Request-Id", "X-User", "Forwarded", "Cookie"])
    func othersPass(_ name: String) {
        #expect(!IdentityNames.isReserved(name))
    }
}

struct ScreeningTests {
    private func head(_ uri: String, _ headers: (String, String)...) -> HTTPRequestHead {
        HTTPRequestHead(
            version: .http1_1, method: .POST, uri: uri, headers: HTTPHeaders([("Host", "app.example")] + headers))
    }

    @Test func ordinaryRequestsPass() {
        #expect(Screening(head("/a%20b/c;d=e?f=%2F..&g=")) == nil)
        #expect(Screening(head("/", ("Content-Length", "5"))) == nil)
        #expect(Screening(head("/", ("Transfer-Encoding", "Chunked"))) == nil)
    }

    @Test func lengthsAreUnambiguous() {
        #expect(Screening(head("/", ("Content-Length", "5"), ("Content-Length", "5"))) != nil)
        #expect(Screening(head("/", ("Content-Length", "5"), ("Transfer-Encoding", "chunked"))) != nil)
        #expect(Screening(head("/", ("Content-Length", "+5"))) != nil)
        #expect(Screening(head("/", ("Transfer-Encoding", "gzip, chunked"))) != nil)
    }

    @Test(arguments: [
        "/a/..", "/..", "/./", "/%2e%2E/a", "/a/..;x/b", "/..%3bx/b", "/a\\b", "/a%5cb", "/a%0ab", "/#", "", "a", "*",
    ])
    func targetsAreUnambiguous(_ target: String) {
        #expect(Screening.problem(ofTarget: Text(wellFormed: target.utf8)) != nil)
    }

    @Test(arguments: ["/...", "/.a", "/a..b", "/a?../..", "/;/a", "/a//b", "/%2f"])
    func targetsThatOnlyLookLikeThat(_ target: String) {
        #expect(Screening.problem(ofTarget: Text(wellFormed: target.utf8)) == nil)
    }
}

struct SocketNameTests {
    @Test func forms() {
        #expect(SocketName("127.0.0.1:80") == .internet(host: "127.0.0.1", port: 80))
        #expect(SocketName("[::1]:80") == .internet(host: "::1", port: 80))
        #expect(SocketName("unix:/run/x") == .file("/run/x"))
        for text in ["", ":80", "a:", "a:65536", "::1:80", "a/b:80", "u@a:80", "unix:x", "unix:"] as [Text] {
            #expect(SocketName(text) == nil)
        }
    }
}

struct HTTPDateTests {
    @Test(arguments: [
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (Int.max, nil),
    ])
    func text(seconds: Int, text: String?) {
        #expect(HTTPDate.text(seconds) == text)
    }

    @Test func now() {
        var date = HTTPDate()
        #expect(date.now() != nil && date.now()?.hasSuffix(" GMT") == true)
    }
}
