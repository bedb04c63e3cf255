import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import StauthHummingbird
import StauthTesting
import Testing

@testable import Guestbook

struct SiteTests {
    let auth: TestApp

    init() throws {
        auth = try TestApp()
    }

    /// What a browser gets for this path.
    private func open(_ path: String, cookie: String? = nil) async throws -> (status: Int, text: String) {
        var head = HTTPRequest(method: .get, scheme: "http", authority: "localhost:8501", path: path)
        head.headerFields[.accept] = "text/html"
        head.headerFields[.cookie] = cookie
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))
        let request = Request(head: head, body: .init(buffer: ByteBuffer()))
        let site = makeSite(auth.app).buildResponder()
        let response = try await site.respond(to: request, context: BasicStauthRequestContext(source: source))
        let page = Page()
        try await response.body.write(page)
        return (response.status.code, String(buffer: page.written))
    }

    @Test func frontPage() async throws {
        let anonymous = try await open("/").text
        #expect(anonymous.contains("Log in") && !anonymous.contains("Log out"))
        let cookie = try await auth.signIn(#"{"email": "ada@example.org", "name": "<\u0338Ada>"}"#)
        let page = try await open("/any/page", cookie: cookie).text
        #expect(page.contains("ada@example.org") && page.unicodeScalars.contains("&lt;\u{338}Ada&gt;".unicodeScalars))
    }

    @Test func members() async throws {
        #expect(try await open("/members").status == 302)
        let cookie = try await auth.signIn(#"{"name": "Ada"}"#)
        #expect(try await open("/members", cookie: cookie).text == "Welcome, Ada")
    }

    @Test func providerThatDoesNotExist() async throws {
        let page = try await open("/login?provider=no%62ody")
        #expect(page.status == 404 && page.text.contains("provider_unknown"))
    }
}

/// The body of a response.
private final class Page: ResponseBodyWriter {
    var written = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        written.writeImmutableBuffer(buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
