import Basics
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// A logout that the provider reports by the user's browser (OpenID Connect Front-Channel Logout 1.0). The request is
/// unsigned, and browsers keep our cookies from frames of other sites: what it knows is a "sid", which nobody can guess. So
/// it ends that session, and never more.
struct FrontchannelLogout {
    /// Bytes that a "sid" must have: those of a counter could be guessed, and with them anybody signed out.
    private static let shortestSession = 10

    let visit: Visit

    private var application: Application { visit.application }

    func run(_ context: FlowContext) -> Answer {
        do throws(Failure) {
            let (session, providers) = try named()
            for provider in providers { try end(session, at: provider, context) }
            return answer(.frontchannelLogout(framedBy: origins(of: providers)))
        } catch {
            context.report(.frontchannelLogoutRefused(error))
            var answer = answer(.frontchannelLogout(refusedWith: error.code.entry.httpStatus))
            answer.failure = error
            return answer
        }
    }

    /// Neither prolongs nor removes a session's cookies: a frame's are not the user's visit.
    private func answer(_ response: OutgoingResponse) -> Answer {
        var answer = Answer(response)
        answer.sessionHeaders = []
        return answer
    }

    /// The "sid", and the providers that may mean it: those of this issuer; without one, those that name none (3).
    private func named() throws(Failure) -> (Text, [Provider]) {
        guard let fields = FormEncoding.decode(visit.incoming.query) else {
            throw invalid("the request has an invalid percent-encoding")
        }
        let (sessions, issuers) = (fields.values(of: "sid"), fields.values(of: "iss"))
        guard sessions.count == 1, let session = sessions.first, !session.isEmpty, issuers.count < 2 else {
            throw invalid("the request does not have one sid and one iss")
        }
        guard session.count >= Self.shortestSession else {
            throw invalid("the sid is so short that it could be guessed")
        }
        let providers = application.providers.all.filter { $0.settings.reportsLogouts(as: issuers.first) }
        guard !providers.isEmpty else {
            throw invalid("the request names no issuer whose frontchannel_logout allows that")
        }
        return (session, providers)
    }

    private func end(_ session: Text, at provider: Provider, _ context: FlowContext) throws(Failure) {
        let keys = try application.endedSessions.keyHash.keys(for: .providerSession(session), at: provider.settings)
        guard application.end(.unverified(keys), of: provider, try Now(application.environment.clock)) else {
            throw Failure(.sessionEndNotRemembered, "too many front-channel logouts: only those before are remembered")
        }
        context.report(.frontchannelLogout(provider: provider.name))
    }

    /// Where the frames are: the issuer's pages, and those of the logout there.
    private func origins(of providers: [Provider]) -> [Text] {
        var origins: [Text] = []
        for provider in providers {
            let pages = [AbsoluteURL(provider.settings.issuer), provider.cachedMetadata?.endSessionEndpoint]
            for case let page? in pages where !origins.contains(page.origin) { origins.append(page.origin) }
        }
        return origins
    }

    private func invalid(_ problem: Text) -> Failure { Failure(.frontchannelLogoutInvalid, problem) }
}

extension ProviderSettings {
    /// Whether a front-channel logout with this issuer, or with none, may be from this provider.
    fileprivate func reportsLogouts(as stated: Text?) -> Bool {
        guard logout.isReportedByBrowsers else { return false }
        guard let stated else { return logout.allowsMissingIssuer }
        return isIssuer(stated) || TenantIssuer.matches(stated, template: issuer)
    }
}
