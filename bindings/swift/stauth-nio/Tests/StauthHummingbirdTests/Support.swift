import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Stauth
import StauthHummingbird
import StauthTesting
import Testing

typealias Context = BasicStauthRequestContext

/// A response that was read.
struct Read {
    let status: Int
    let headers: HTTPFields
    let text: String

    subscript(name: String) -> [String] {
        HTTPField.Name(name).map { name in headers[values: name] } ?? []
    }
}

/// A page that says who its user is, at "/page", and that also reads its body.
func site(_ middleware: StauthMiddleware<Context>) -> Router<Context> {
    let router = Router(context: Context.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: middleware)
    router.get("page") { _, context in
        Response(
            status: .ok, headers: [.cacheControl: "max-age=9"],
            body: .init(byteBuffer: .init(string: context.visit.user.json)))
    }
    router.post("page") { request, context in
        let body = try await request.body.collect(upTo: 1 << 20)
        return "\(body.readableBytes) bytes"
    }
    return router
}

extension Router<BasicStauthRequestContext> {
    /// What a browser gets.
    func open(
        _ target: String, _ method: HTTPRequest.Method = .get, body: RequestBody = .init(buffer: ByteBuffer()),
        headers: [(name: String, value: String)] = []
    ) async throws -> Read {
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost:8501", path: target)
        head.headerFields[.accept] = "text/html"
        for (name, value) in headers {
            head.headerFields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test"))
        let request = Request(head: head, body: body)
        let response = try await buildResponder().respond(to: request, context: Context(source: source))
        let page = Page()
        try await response.body.write(page)
        return Read(status: response.status.code, headers: response.headers, text: String(buffer: page.written))
    }
}

private final class Page: ResponseBodyWriter {
    var written = ByteBuffer()

    func write(_ buffer: ByteBuffer) {
        written.writeImmutableBuffer(buffer)
    }

    func finish(_ trailingHeaders: HTTPFields?) {}
}
