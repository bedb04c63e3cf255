import Basics
import Foundation
import Testing
import Transport

/// What is sent and what comes back when nothing is wrong.
@Suite struct ExchangeTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    @Test(arguments: ["plain", "good"])
    func getSendsLittle(listener: String) throws {
        let response = try server.get("/echo?a=1&b=%20", on: listener)
        let echo = try Echo(response)
        #expect(response.status == 200)
        #expect(response.contentType == "application/json")
        #expect(response.cacheControl == "max-age=60")
        #expect(echo.method == "GET")
        #expect(echo.target == "/echo?a=1&b=%20")
        // No Authorization, no Expect.
        #expect(Set(echo.headers.keys) == ["Host", "User-Agent", "Accept", "Accept-Encoding"])
        #expect(echo.headers["Accept-Encoding"] == "identity")
        #expect(echo.headers["User-Agent"] == "stauth/test")
    }

    @Test(arguments: ["", "grant_type=authorization_code&code=x", String(repeating: "long=1&", count: 100_000)])
    func postSendsBodyAndHeaders(body: String) throws {
        let headers = [
            HTTPHeader("Authorization", "Basic YTpi"), HTTPHeader("Content-Type", "application/x-www-form-urlencoded"),
            HTTPHeader("Accept", "application/json"),
        ]
        let request = HTTPRequest(.post, try server.url("/echo", on: "good"), headers: headers, body: Text(body))
        let echo = try Echo(try CurlTransport.forTests.send(request, within: server.limits()))
        #expect(echo.method == "POST")
        #expect(echo.body == body)
        #expect(
            echo.headers == [
                "Host": request.url.origin.dropping(prefix: "https://")?.string, "User-Agent": "stauth/test",
                "Accept": "application/json", "Accept-Encoding": "identity", "Authorization": "Basic YTpi",
                "Content-Type": "application/x-www-form-urlencoded", "Content-Length": "\(body.utf8.count)",
            ])
    }

    @Test func pathGoesOutAsItIs() throws {
        #expect(try Echo(try server.get("/echo/../x/./y")).target == "/echo/../x/./y")
    }

    @Test(arguments: [200, 204, 304, 400, 401, 403, 404, 429, 500, 503])
    func everyStatusIsAnAnswer(status: Int32) throws {
        #expect(try server.get("/status/\(status)").status == status)
    }

    /// RFC 9700 4.12: the address of a redirect gets neither the request nor its secrets.
    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectIsNotFollowed(status: Int32) throws {
        let sink = "/sink/redirect-\(status)"
        let request = HTTPRequest(.post, try server.url("/redirect/\(status)\(sink)"), body: "client_secret=x")
        #expect(try CurlTransport.forTests.send(request, within: server.limits()).status == status)
        #expect(try server.count(sink) == "0")
    }

    @Test(
        arguments: [
            ("none", nil, nil),
            ("folded-names", "text/plain", "no-store"),
            ("two-types", nil, nil),
            ("two-lists", nil, "public, max-age=5"),
            ("control", nil, nil),
            ("not-utf-8", nil, nil),
        ] as [(String, Text?, Text?)])
    func headerFields(name: String, contentType: Text?, cacheControl: Text?) throws {
        let response = try server.get("/fields/\(name)")
        #expect(response.contentType == contentType)
        #expect(response.cacheControl == cacheControl)
    }

    @Test func fieldsOfInterimResponsesDoNotCount() throws {
        let response = try server.get("/interim")
        #expect(response.status == 200)
        #expect(response.contentType == "application/json")
        #expect(response.cacheControl == nil)
        #expect(response.body == Text("{\"final\":true}").bytes)
    }

    @Test func fieldsOfTrailersDoNotCount() throws {
        let response = try server.get("/trailers")
        #expect(response.contentType == "application/json")
        #expect(response.cacheControl == nil)
    }

    /// Nobody asked for it.
    @Test func compressedBodyIsDecoded() throws {
        #expect(try server.get("/compressed").body == Text("{}").bytes)
    }

    /// The limit is for what comes out.
    @Test(arguments: ["/compressed_bomb", "/compressed_twice"])
    func decodedBodyIsBounded(path: String) throws {
        #expect(try failure { try server.get(path) }?.code == .responseTooLarge)
    }

    @Test func otherCodingIsRefused() throws {
        #expect(try failure { try server.get("/compressed_unknown") } != nil)
    }

    @Test func connectionWithoutTLSIsClosedAfterwards() throws {
        _ = try server.get("/farewell/plain")
        #expect(try server.get("/closed/plain").body == Text("True").bytes)
    }

    @Test(arguments: ["a\r\nInjected: 1", "a\0b", "a\nb"])
    func headerThatWouldBreakOutIsRefused(value: String) throws {
        let headers = [HTTPHeader("Authorization", Text(value))]
        let request = HTTPRequest(.get, try server.url("/sink/broken-header"), headers: headers)
        let failure = try failure { try CurlTransport.forTests.send(request, within: server.limits()) }
        #expect(failure?.code == .invalidText)
        #expect(try server.count("/sink/broken-header") == "0")
    }

    /// A provider that does not answer holds up nobody else.
    @Test func manyThreadsAtOnce() throws {
        let results = Results()
        DispatchQueue.concurrentPerform(iterations: 64) { index in
            let kind = index % 4
            let (path, listener) = [
                ("/silence", "good"), ("/echo?\(index)", "plain"), ("/echo?\(index)", "good"), ("/slow_body", "plain"),
            ][kind]
            let outcome = Result { try server.get(path, on: listener, timeout: kind == 1 || kind == 2 ? 20_000 : 300) }
            results.add(index, outcome)
        }
        for (index, outcome) in results.all {
            switch index % 4 {
            case 1, 2: #expect(try Echo(outcome.get()).target == "/echo?\(index)")
            default: #expect(try failure { try outcome.get() }?.code == .providerTimeout)
            }
        }
    }
}

private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private var outcomes: [Int: Result<HTTPResponse, any Error>] = [:]

    func add(_ index: Int, _ outcome: Result<HTTPResponse, any Error>) {
        lock.withLock { outcomes[index] = outcome }
    }

    var all: [Int: Result<HTTPResponse, any Error>] { lock.withLock { outcomes } }
}
