import Basics
import Testing
import Transport

@Suite struct ProxyTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    private func proxy(_ listener: String) throws -> AbsoluteURL {
        let port = try #require(server.ports[listener])
        return try TestServer.url("\(listener == "proxy" ? "http" : "https")://127.0.0.1:\(port)")
    }

    /// The proxy resolves the name, and the policy for addresses is the proxy's: it may itself be on this machine.
    @Test(arguments: ["proxy", "tls_proxy"])
    func exchangeGoesThroughTheProxy(listener: String) throws {
        var limits = server.limits(proxy: try proxy(listener))
        limits.allowsLoopback = false
        let url = try server.url("/echo?\(listener)", on: "good", host: "localhost")
        let response = try CurlTransport.forTests.send(HTTPRequest(.get, url), within: limits)
        #expect(try Echo(response).target == "/echo?\(listener)")
        // Of the provider's answer, not of the proxy's.
        #expect(response.cacheControl == "max-age=60")
        let seen = "/proxied/CONNECT/\(url.host.string):\(url.port ?? 0)"
        #expect(try server.count(seen) != "0")
    }

    @Test func providerProvesItsNameThroughAProxyToo() throws {
        let limits = server.limits(proxy: try proxy("proxy"))
        let request = HTTPRequest(.get, try server.url("/echo", on: "good", host: "idp.example"))
        let failure = try failure { try CurlTransport.forTests.send(request, within: limits) }
        #expect(failure?.code == .providerTLSFailed)
    }

    @Test func proxyThatRefusesIsNamed() throws {
        let proxy = try proxy("proxy")
        let request = HTTPRequest(.get, try TestServer.url("https://refused.example/"))
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits(proxy: proxy)) }
        #expect(failure?.code == .providerUnreachable)
        #expect(failure?.message.hasSuffix("; the proxy \(proxy.origin) answered 407") == true)
    }

    @Test func proxyThatIsNotThereIsNamed() throws {
        let proxy = try TestServer.url("http://127.0.0.1:1")
        let request = HTTPRequest(.get, try server.url("/echo", on: "good"))
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits(proxy: proxy)) }
        #expect(failure?.code == .providerUnreachable)
        #expect(failure?.message.hasSuffix(", through the proxy http://127.0.0.1:1") == true)
    }
}
