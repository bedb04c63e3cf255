import Basics
import Settings

/// Reads cookie_format and related keys.
struct CookieFormatReader {
    /// The settings read so far, since Streamlit's cookie does not support all of them.
    struct Context {
        let site: AbsoluteURL?
        let sessionLifetime: Int64
        let exposedTokens: [TokenKind]
    }

    private let section: Section
    private let context: Context

    init(_ section: Section, _ context: Context) {
        self.section = section
        self.context = context
    }

    /// Streamlit accepts no older cookie.
    private static let longestLifetime: Int64 = 31 * 86_400
    private static var key: Text { "cookie_format" }
    private static var originKey: Text { "cookie_origin" }

    /// Nil for our own format, or if a problem was reported.
    func read() -> StreamlitCookieSettings? {
        guard isStreamlit else {
            if section.has(Self.originKey) {
                section.report(
                    Self.originKey, "is only for cookie_format = \"streamlit\"; set that too, or remove it")
            }
            return nil
        }
        let unsupported: [Text] = [
            "idle_timeout", "refresh_claims", "session_ends_with_id_token", "browser_session", "session_store",
            "store_fallback", "device_bound", "device_bound_lifetime",
        ]
        for key in unsupported where section.has(key) {
            section.report(key, "is not supported with Streamlit's cookie; remove it, or cookie_format")
        }
        if context.sessionLifetime > Self.longestLifetime {
            section.report(
                "session_lifetime", "is longer than 31 days, the oldest cookie that Streamlit accepts; shorten it")
        }
        guard let site = context.site, let origin = origin(site) else { return nil }
        return StreamlitCookieSettings(origin: origin, exposedTokens: context.exposedTokens)
    }

    private var isStreamlit: Bool {
        guard section.has(Self.key), let format = section.text(Self.key) else { return false }
        if format != "sealed", format != "streamlit" { section.report(Self.key, "must be \"sealed\" or \"streamlit\"") }
        return format == "streamlit"
    }

    private func origin(_ site: AbsoluteURL) -> Text? {
        guard section.has(Self.originKey) else { return site.origin }
        guard let text = section.text(Self.originKey) else { return nil }
        guard let url = AbsoluteURL(text), url.path.isEmpty, url.query == nil else {
            section.report(
                Self.originKey, "must be a scheme, a host and optionally a port, such as \"http://localhost:8501\"")
            return nil
        }
        guard url.isSecure == site.isSecure, url.host.lowercasedASCII() == site.host.lowercasedASCII()
        else {
            section.report(
                Self.originKey,
                "must have the scheme and host of redirect_uri; only the port may differ: browsers keep cookies per host"
            )
            return nil
        }
        return url.origin
    }
}
