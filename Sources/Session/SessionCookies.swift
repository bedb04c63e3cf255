package import Basics
package import Cookies
package import Settings

/// The cookies of a session: its own, that of its tokens, and those with a number; and the store that its own leads to, if
/// there is one.
package final class SessionCookies: Sendable {
    let session: SessionCookie
    /// Nil with Streamlit's format.
    let tokens: TokensCookie?
    /// Nil without an idle timeout.
    let lastSeen: NumberCookie?
    /// Nil without a store.
    let stored: StoredSessions?
    /// Nil without a store.
    let changes: NumberCookie?
    /// Nil with Streamlit's format.
    package let device: DeviceBinding?
    /// Whether a session may be in cookies alone.
    let mayBeWhole: Bool
    let rules: SessionRules
    package let keyHash: SessionKeyHash

    /// `fingerprints`: of the providers, in the order of the settings. `former`: what `device` replaces.
    package init(
        _ settings: Settings, fingerprints: [UInt64], jar: CookieJar, stored: StoredSessions? = nil,
        succeeding former: DeviceBinding? = nil
    ) throws(Failure) {
        self.stored = stored
        mayBeWhole = stored == nil || settings.fallsBackToCookies
        rules = SessionRules(settings, fingerprints: fingerprints)
        keyHash = try SessionKeyHash(secrets: settings.cookieSecrets)
        device = settings.streamlitCookie == nil ? try DeviceBinding(settings, jar: jar, succeeding: former) : nil
        let jar = settings.isSessionForBrowser ? jar.untilBrowserCloses : jar
        session = try SessionCookie(settings, jar: jar, fingerprints: fingerprints)
        tokens = settings.streamlitCookie == nil ? try TokensCookie(settings, jar: jar) : nil
        lastSeen = settings.idleTimeout == nil ? nil : try .lastSeen(settings, jar: jar)
        changes = stored == nil ? nil : try .changes(settings, jar: jar)
    }

    /// The prefix of those of the cookies that lack our own prefix.
    package var foreignPrefixes: [Text] { session.foreignPrefixes }
}
