import Basics
import Environment
import NIOHTTP1
import RelyingParty
import Terminal

/// Answers a server in front that asks whether a browser's request may pass.
struct ForwardAuthentication {
    private let site: GuardedSite
    private let peer: Peer
    /// Whether the server passes our answer on to the browser, unless that is 200. Others only look at the status.
    private let passesOnAnswer: Bool

    init(_ site: GuardedSite, _ peer: Peer, passesOnAnswer: Bool) {
        (self.site, self.peer, self.passesOnAnswer) = (site, peer, passesOnAnswer)
    }

    /// Where to send a browser that is not signed in, for a server that cannot pass on a redirect.
    private static let redirect: Text = "X-Auth-Request-Redirect"

    func run(_ head: HTTPRequestHead, for connection: ConnectionHandler) throws(Failure) {
        guard site.settings.trustedProxies.contains(peer) else {
            GatewayLog.shared.report(.warning, "proxy_not_trusted", peer.text ?? "unknown")
            return connection.answer(.plain(403, "This address is not one of trusted_proxies."))
        }
        let forwarded: ForwardedRequest
        do throws(ForwardedRequest.Problem) {
            forwarded = try ForwardedRequest(head, site.settings)
        } catch {
            let words: Text =
                error == .missing
                ? "The server in front must set X-Forwarded-Uri to the path and query of the request."
                : "X-Forwarded-Uri, or another header like it, is there twice, or means one thing here and another elsewhere."
            return connection.answer(.plain(403, words))
        }
        let visitor = try Visitor(
            site, method: forwarded.method, target: forwarded.target,
            headers: passesOnAnswer ? forwarded.headers : forwarded.headersOfProgram,
            address: connection.clientAddress(head))
        // The library's own paths need no permission: the server in front passes them on.
        guard passesOnAnswer || !visitor.request.isForLibrary else {
            return connection.answer(.plain(403, "This path is the gateway's: the server in front must pass it on."))
        }
        connection.judge(visitor) { verdict in connection.answer(response(to: verdict, forwarded)) }
    }

    private func response(to verdict: Verdict, _ forwarded: ForwardedRequest) -> LibraryResponse {
        switch verdict {
        case .proceed(let identity, let headers):
            let user = identity.map { HTTPHeader(Text($0.name), Text($0.value)) }
            let cookies = headers.filter { $0.name == "Set-Cookie" }
            return LibraryResponse(
                status: 200, headers: user + cookies + [HTTPHeader("Cache-Control", "no-store")], body: "")
        case .respond(let response):
            guard response.status == 401, !passesOnAnswer, loadsPage(forwarded) else { return response }
            return response.adding(HTTPHeader(Self.redirect, loginPath(returningTo: forwarded.target)))
        }
    }

    private func loadsPage(_ forwarded: ForwardedRequest) -> Bool {
        let visitor = try? Visitor(
            site, method: forwarded.method, target: forwarded.target, headers: forwarded.headers, address: nil)
        return visitor?.request.loadsPage ?? false
    }

    private func loginPath(returningTo target: Text) -> Text {
        // A longer one would not fit into the next request.
        guard target.count <= 2048 else { return site.paths.login }
        return FormEncoding.encode([.init("return_to", target)], inQueryAfter: site.paths.login, "?")
    }
}

extension LibraryResponse {
    /// For operators: a browser sees it only if something is set up wrong.
    static func plain(_ status: Int, _ sentence: Text) -> LibraryResponse {
        LibraryResponse(
            status: status,
            headers: [
                HTTPHeader("Content-Type", "text/plain; charset=utf-8"), HTTPHeader("Cache-Control", "no-store"),
            ],
            body: sentence + "\n")
    }

    /// The public keys of the tokens for the app.
    init(keySet: Text) {
        self.init(
            status: 200,
            headers: [HTTPHeader("Content-Type", "application/json"), HTTPHeader("Cache-Control", "max-age=300")],
            body: keySet)
    }

    func adding(_ header: HTTPHeader) -> LibraryResponse {
        LibraryResponse(status: status, headers: headers + [header], body: body)
    }
}
