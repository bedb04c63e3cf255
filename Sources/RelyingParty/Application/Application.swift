package import Basics
import Cookies
package import Environment
import OpenIDConnect
import Provider
import Session
package import Settings

/// A relying party: settings, keys and cached documents of the providers. Any number of threads may use it.
package final class Application: Sendable {
    let settings: Settings
    let environment: Environment
    let site: Site
    let providers: Providers
    /// Those whose access tokens are accepted.
    let tokenProviders: [Provider]
    let endpoints: [Endpoint]
    let sessionReader: SessionReader
    let sessionWriter: SessionWriter
    let headerBudget: HeaderBudget
    let pendingLogins: PendingLogins
    let pendingLogout: PendingLogout
    let endedLogins: EndedLogins
    let endedSessions: EndedSessions
    /// Nil with Streamlit's cookies.
    let deviceBinding: DeviceBinding?
    let statistics: Statistics
    /// Nil if sessions are in cookies.
    let storedSessions: StoredSessions?

    /// `former`: the application that this one replaces. What has ended there has ended here.
    package init(
        settings: Settings, environment: Environment, succeeding former: Application? = nil
    ) throws(Failure) {
        self.settings = settings
        statistics = Statistics(
            providers: settings.providers.flatMap { [$0.name] + $0.claimsProviders.map { $0.text } },
            hasStore: environment.store != nil)
        var environment = environment
        environment.statistics = statistics
        self.environment = environment
        var providers: [Provider] = []
        for provider in settings.providers {
            providers.append(try Provider(provider, among: settings.providers, environment))
        }
        self.providers = Providers(all: providers)
        tokenProviders = providers.filter { $0.client.accessTokens != nil }
        site = Site(settings)
        endpoints = Endpoint.table(settings)
        let jar = CookieJar(prefix: settings.cookiePrefix, isSecure: settings.site.isSecure)
        storedSessions = environment.store.map { StoredSessions($0, environment) }
        let sessionCookies = try SessionCookies(
            settings, fingerprints: providers.map { $0.fingerprint }, jar: jar, stored: storedSessions,
            succeeding: former?.deviceBinding)
        deviceBinding = sessionCookies.device
        endedLogins = former?.endedLogins ?? EndedLogins()
        endedSessions = EndedSessions(settings, sessionCookies, succeeding: former?.endedSessions)
        sessionReader = SessionReader(sessionCookies, settings, ended: endedSessions)
        sessionWriter = SessionWriter(sessionCookies, settings, random: environment.random)
        headerBudget = HeaderBudget(prefix: jar.name(""), shared: sessionCookies.foreignPrefixes)
        pendingLogins = PendingLogins(
            keys: try KeyRing(secrets: settings.cookieSecrets, purpose: .login), jar: jar,
            postingProviders: settings.providers.filter { $0.client.authorization.responseMode.isFormPost }.map {
                $0.name
            })
        pendingLogout = PendingLogout(jar: jar)
        if settings.streamlitCookie != nil { environment.report(.sessionCookieNotEncrypted) }
        if environment.store == nil, former == nil { environment.report(.endedSessionsNotShared) }
    }

    /// Reports that new settings were refused, so that this application goes on with its own.
    package func report(refused failure: Failure) { environment.report(.newSettingsRefused(failure)) }

    package var loginPath: Text { settings.loginPath }
    package var logoutPath: Text { settings.logoutPath }
    package var callbackPaths: [Text] { settings.callbackPaths }

    /// Fetches metadata and keys of every provider. Fails with the first failure, after trying all.
    package func preload() throws(Failure) {
        guard environment.transport != nil else {
            throw Failure(
                .outOfSequence, "the host sends the requests to providers: preload with st_request_new_preload()")
        }
        _ = try providers.preload(FlowContext(environment, now: Now(environment.clock)))
    }

    /// Who sent this Cookie header, as JSON.
    package func userJSON(cookie: [UInt8]) throws(Failure) -> Text {
        let now = try Now(environment.clock)
        let cookies = CookieHeader(cookie[...])
        guard let session = sessionReader.openWithoutRefresh(cookies, now) else { return UserJSON.anonymous }
        return sessionReader.userJSON(of: session, in: cookies)
    }

    /// Ends the session in these cookies for good, whether or not anybody is signed in with it here: a copy may be valid.
    /// `session`: as it was read; nil if it does not count.
    func end(_ session: Session?, in cookies: CookieHeader) {
        if let session { return end(session) }
        sessionReader.endUnread(cookies)
        guard let now = try? Now(environment.clock), let session = sessionReader.openAnyway(cookies, now) else {
            return
        }
        end(session)
    }

    /// Ends a session for good, in every copy of its cookie that reaches this process; with a store, everywhere.
    private func end(_ session: Session) {
        storedSessions?.end(session)
        guard let now = try? Now(environment.clock), let provider = providers.provider(of: session) else { return }
        end(.session(session), of: provider, now)
    }

    /// Ends sessions of a provider for good; with a store, everywhere. False if that could not be remembered, or done there,
    /// which has been reported then.
    @discardableResult
    func end(_ selection: EndedSessions.Selection, of provider: Provider, _ now: Now) -> Bool {
        let isDone = endElsewhere(selection, now)
        switch endedSessions.end(selection, of: provider.fingerprint, now) {
        case .remembered, .endedBefore: return isDone
        case .oldestEnded:
            environment.report(.olderSessionsEnded(provider: provider.name))
            return isDone
        case .notRemembered:
            environment.report(.sessionEndNotRemembered(provider: provider.name))
            return false
        }
    }

    /// Whether other processes must know what has ended, beside sessions in the store.
    private var sharesEndings: Bool { settings.fallsBackToCookies || !tokenProviders.isEmpty }

    /// Ends what others know of: sessions in the store, and, where that may fail, those that are in cookies alone; and access
    /// tokens.
    private func endElsewhere(_ selection: EndedSessions.Selection, _ now: Now) -> Bool {
        guard let storedSessions else { return true }
        do throws(Failure) {
            switch selection {
            case .session(let session):
                guard sharesEndings else { return true }
                try storedSessions.shareEnd(of: session, lifetime: settings.sessionLifetime)
            case .keys(let keys):
                try storedSessions.endAll(keys)
                guard sharesEndings else { return true }
                try storedSessions.shareEnd(of: keys, created: now.seconds, lifetime: settings.sessionLifetime)
            // Anybody can make such names up: they take no room in the store.
            case .unverified(let keys): try storedSessions.endAll(keys)
            case .all: break
            }
            return true
        } catch {
            if case .session = selection { environment.report(.storedSessionNotEnded) }
            return false
        }
    }
}
