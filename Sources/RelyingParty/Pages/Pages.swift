import Basics
import Settings

/// The library's own pages, as one visitor sees them: in their language, with the site's name and colors.
struct Pages {
    let appearance: Appearance
    let language: PageLanguage
    /// The host's start page.
    let home: Text
    /// The page where users choose a provider; nil if there is nothing to choose.
    let chooser: Text?
    /// The page that asks before signing out.
    let logout: Text
    /// Whether there is a site around them; a native program has none.
    var hasSite = true

    func text(_ phrase: Phrase) -> Text { HTML.escape(language.text(phrase)) }

    /// A link that looks like a button.
    func button(_ phrase: Phrase, to path: Text) -> Text {
        "<a class=\"button\" href=\"\(HTML.escape(path))\">\(text(phrase))</a>"
    }

    /// A link beside a button, for what fewer users want.
    func link(_ phrase: Phrase, to path: Text) -> Text {
        "<a class=\"plain\" href=\"\(HTML.escape(path))\">\(text(phrase))</a>"
    }

    /// `body` is HTML, with all outside text already escaped.
    func page(
        _ title: Phrase, _ body: Text, status: Int32, referrerPolicy: Text = "no-referrer", formsStay: Bool = true
    ) -> OutgoingResponse {
        page(text(title), body, status: status, referrerPolicy: referrerPolicy, formsStay: formsStay)
    }

    /// The same with a title of somebody else's words, as HTML.
    func page(
        _ title: Text, _ body: Text, status: Int32, referrerPolicy: Text, formsStay: Bool
    ) -> OutgoingResponse {
        let frame = HTML.Frame(title: title, header: header, language: language, accent: appearance.accent)
        return .page(
            frame.page(body), status: status,
            policy: .init(
                images: appearance.logo.map { _ in appearance.isLogoEmbedded ? "data:" : "'self'" },
                referrer: referrerPolicy, formsStay: formsStay))
    }

    /// The name and the logo of the site. Its direction may differ from that of the page.
    private var header: Text {
        let name = appearance.siteName.map { "<bdi>\(HTML.escape($0))</bdi>" as Text }
        let logo = appearance.logo.map { "<img src=\"\(HTML.escape($0))\" alt=\"\">" as Text }
        guard name != nil || logo != nil else { return "" }
        return "<header>\(logo ?? "")\(name ?? "")</header>\n"
    }
}

extension Visit {
    var pages: Pages {
        let (site, appearance) = (application.site, application.settings.appearance)
        return Pages(
            appearance: appearance,
            language: appearance.language ?? PageLanguage(accepted: incoming.acceptLanguage),
            home: site.home,
            chooser: application.providers.needsChoice ? site.loginPath : nil,
            logout: site.logoutPath, hasSite: !incoming.isNative)
    }
}
