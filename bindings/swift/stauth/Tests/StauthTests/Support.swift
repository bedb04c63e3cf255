import Stauth
import StauthTesting
import Synchronization
import Testing

let ada = #"{"email": "ada@example.org", "name": "Ada", "groups": ["a", "b"]}"#

/// Settings of a provider that nobody reaches.
let settings = [
    "auth.redirect_uri": "http://localhost:8501/oauth2callback",
    "auth.cookie_secret": "a7Q-kd83_mvZ2tPq0LxWb5Rn9sYcHf6e", "auth.client_id": "x", "auth.client_secret": "y",
    "auth.server_metadata_url": "https://provider.test/.well-known/openid-configuration",
]

typealias Header = (name: String, value: String)

let page: [Header] = [("Host", "localhost:8501"), ("Accept", "text/html")]

extension TestApp {
    /// A request that has not begun. A user is signed in first if there are claims.
    func visit(
        _ target: String = "/", _ claims: String? = nil, method: String = "GET", headers: [Header] = page
    ) async throws -> Visit {
        var headers = headers
        if let claims {
            headers.append(("Cookie", try await signIn(claims)))
        }
        return try Visit(app, method: method, target: target, headers: headers)
    }
}

func expectFailure(
    _ kind: StauthError.Kind, _ code: String, at location: SourceLocation = #_sourceLocation,
    _ call: () async throws -> Void
) async {
    do {
        try await call()
        Issue.record("it did not fail", sourceLocation: location)
    } catch {
        let error = error as? StauthError
        #expect(error?.kind == kind && error?.code == code, "\(String(describing: error))", sourceLocation: location)
    }
}

/// What several tasks write to.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) {
        lines.withLock { $0.append(line) }
    }
}

/// Opens once.
final class Latch: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func open() {
        continuation.finish()
    }

    func wait() async {
        for await _ in stream {}
    }
}
