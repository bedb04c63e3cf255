import Basics
import Environment
import OpenIDConnect
import Provider
import Session

/// What clients that present tokens, or may present them, get in place of a page (RFC 6750 3, RFC 9449 7.1).
extension Visit {
    /// Seconds after which a client should try again.
    private static let retryTime: Int64 = 5

    /// Whether the request is authenticated by a token, and by nothing else.
    var presentsToken: Bool { !application.tokenProviders.isEmpty && incoming.tokenScheme != nil }

    func tokenRefusal(_ failure: Failure, at provider: Provider?) -> OutgoingResponse {
        switch failure.code.entry.category {
        case .tokenInvalid:
            let error: Text = failure.code == .accessTokenProofInvalid ? "invalid_dpop_proof" : "invalid_token"
            return .refusedToken(401, error, failure.name, challenge(error))
        case .requestRefused: return .refusedToken(400, "invalid_request", failure.name, challenge("invalid_request"))
        case .authorizationDenied:
            guard failure.code == .insufficientScope else {
                return .refusedToken(403, "access_denied", failure.name, nil)
            }
            let scope = provider?.client.accessTokens?.scopes.joined(with: " ") ?? ""
            return .refusedToken(403, "insufficient_scope", failure.name, challenge("insufficient_scope", scope: scope))
        default:
            return .refusedToken(
                503, "temporarily_unavailable", failure.name, HTTPHeader("Retry-After", Text(Self.retryTime)))
        }
    }

    /// For a client whose token is good, but the page asks for a login (RFC 9470 3).
    var anotherToken: OutgoingResponse {
        .refusedToken(
            401, "insufficient_user_authentication", Failure(.notSignedIn, "").name,
            challenge("insufficient_user_authentication"))
    }

    /// Which tokens are accepted, and what is wrong with the one presented.
    func challenge(_ error: Text? = nil, scope: Text? = nil) -> HTTPHeader? {
        let providers = application.tokenProviders
        guard !providers.isEmpty else { return nil }
        let details: Text = (error.map { ", error=\"\($0)\"" } ?? "") + (scope.map { ", scope=\"\($0)\"" } ?? "")
        let isDPoP = incoming.tokenScheme == .dpop
        let names = DPoPProofValidation.algorithmNames.joined(with: " ")
        let dpop: Text = "DPoP algs=\"\(names)\"\(isDPoP ? details : "")"
        let bearer: Text = "Bearer realm=\"\(application.site.url.origin)\"\(isDPoP ? "" : details)"
        return HTTPHeader("WWW-Authenticate", "\(bearer), \(dpop)")
    }
}

/// A request that an access token authenticates.
extension HostRequest {
    var presentsToken: Bool {
        !application.tokenProviders.isEmpty && endpoint == nil && incoming.tokenScheme != nil
    }

    /// Whether that would wait for the network, or for another process.
    var tokenMayBlock: Bool {
        application.environment.transport != nil || application.storedSessions?.mayBlock == true
    }

    /// What a request with a token begins with; nil for any other.
    func tokenRun(_ now: Now) -> FlowRun? {
        guard presentsToken else { return nil }
        return FlowRun(environment, now, for: .token, TokenAuthentication(visit: visit).run)
    }

    func finishToken(_ result: Result<Answer?, Failure>, _ now: Now) throws(Failure) -> Step {
        if let answer = try result.get() { take(answer) }
        return responseStatus == 0 ? try proceed(now) : .respond
    }

    /// Ends the token of the request here, whoever presents it again. There is no page to go on to.
    func endToken(_ reach: LogoutReach) -> Answer {
        var answer = Answer(.noContent)
        // A cookie that comes along is not meant.
        if session != nil { answer.session = .ended(everywhere: reach == .everywhere) }
        return answer
    }
}
