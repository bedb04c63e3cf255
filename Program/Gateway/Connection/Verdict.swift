import Basics
import Environment
import NIOCore
import RelyingParty
import Terminal

/// What became of a request: what the app learns of its user, or the library's answer.
enum Verdict {
    /// The app may answer. `headers`: the library's, for its response.
    case proceed(identity: [(name: String, value: String)], headers: [HTTPHeader])
    case respond(LibraryResponse)
}

/// A response of the library.
struct LibraryResponse {
    let status: Int
    let headers: [HTTPHeader]
    let body: Text

    init(_ request: HostRequest) {
        status = Int(request.responseStatus)
        headers = request.responseHeaders
        body = request.responseBody
    }

    init(status: Int, headers: [HTTPHeader], body: Text) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The library's page for an error, where there is no request of its own.
    init(_ failure: Failure, at application: Application) {
        let status = Int(failure.code.entry.httpStatus)
        guard let incoming = try? IncomingRequest(method: "GET", target: "/") else {
            self.init(status: status, headers: [], body: "")
            return
        }
        let request = HostRequest(application, incoming)
        request.refuse(code: failure.name)
        self.init(request)
    }
}

/// A request while the library has it.
struct Visitor {
    let site: GuardedSite
    let request: HostRequest

    init(
        _ site: GuardedSite, method: Text, target: Text, headers: [(name: Text, value: Text)], address: Text?
    ) throws(Failure) {
        self.site = site
        request = HostRequest(site.application, try IncomingRequest(method: method, target: target))
        for (name, value) in headers { try request.addHeader(name, value.bytes) }
        try request.setClientAddress(address)
    }

    /// The library refuses a longer body.
    static let longestBody = 64 * 1024

    /// Before it is judged. What is wrong with it, the library says then.
    func setBody(_ body: ByteBuffer) {
        try? request.receivingBody { () throws(Failure) in
            guard let text = Text(validating: Array(body.readableBytesView)) else {
                throw Failure(.invalidText, "the body is not UTF-8")
            }
            try request.setBody(text)
        }
    }

    /// Whether to judge it elsewhere than in an event loop.
    var mayBlock: Bool { request.mayBlock || site.identity.needsAccessToken }

    func judge() -> Verdict {
        do throws(Failure) {
            guard try request.begin() == .proceed else { return .respond(LibraryResponse(request)) }
            let token = site.identity.needsAccessToken ? try? request.accessToken()?.text : nil
            let now = try Now(SystemClock()).seconds
            let identity = try site.identity.headers(for: request.readUser(), accessToken: token, now)
            return .proceed(identity: identity, headers: request.responseHeaders)
        } catch {
            return .respond(LibraryResponse(error, at: site.application))
        }
    }
}

extension GuardedSite {
    var nothingHere: LibraryResponse { page(404, "Not found", "There is nothing here.") }

    /// A page that looks like the library's, for what it knows nothing of.
    func page(_ status: Int32, _ title: Text, _ sentence: Text) -> LibraryResponse {
        guard let incoming = try? IncomingRequest(method: "GET", target: "/") else { return .plain(Int(status), title) }
        let request = HostRequest(application, incoming)
        request.answer(status: status, title: title, sentence: sentence)
        return LibraryResponse(request)
    }
}
