import Basics
import Settings
import TestSupport
import Testing

@testable import RelyingParty

extension Pages {
    /// In English, on a site with one provider and no name.
    static let plain = Pages(
        appearance: Appearance(), language: .english, home: "/", chooser: nil, logout: "/auth/logout")
}

/// What language the pages have, and that each says everything.
@Suite struct PageLanguageTests {
    /// A phrase that is missing, added or moved in one language would shift the words of others.
    @Test(arguments: PageLanguage.allCases)
    func everyPhraseIsInItsPlace(language: PageLanguage) {
        let names = Text(language.words).split(at: "\n").map { $0.splitOnce(at: ":")?.before.string ?? "" }
        #expect(names == Phrase.allCases.map { "\($0)" })
    }

    @Test(arguments: PageLanguage.allCases)
    func everyPhraseHasWords(language: PageLanguage) {
        let words = Phrase.allCases.map { language.text($0) }
        #expect(words.allSatisfy { !$0.isEmpty })
        #expect(Set(Phrase.allCases.map { language.text($0).string }).count >= Phrase.allCases.count - 4)
    }

    @Test(arguments: PageLanguage.allCases)
    func providerHasItsPlace(language: PageLanguage) {
        for phrase in Phrase.allCases {
            #expect(language.text(phrase).contains(text: "{}") == (phrase == .providerLink))
        }
    }

    @Test(arguments: [
        ("", PageLanguage.english), ("de", .german), ("de-AT", .german), ("DE", .german),
        ("pt-BR,pt;q=0.9", .portuguese),
        ("zh-Hans-CN", .chinese), ("sv, fr;q=0.5", .french), ("en;q=0.5, fr;q=0.7", .french),
        ("fr;q=0.7, en;q=0.71", .english), ("fr;q=0, de;q=0.001", .german), ("fr, de", .french), ("*", .english),
        ("sv", .english), ("deutsch", .english), ("fr;q=2, de;q=0.1", .german), ("fr;q=0.1234, de;q=0.1", .german),
        ("fr;q=-1, de;q=0.1", .german), ("fr;q=, de;q=0.1", .german), (" , ;, de ;q=1 ", .german),
        ("fr;q=1.999, de;q=1", .french), ("fr;level=1;q=0.2, de;q=0.3", .german),
    ])
    func negotiation(header: String, language: PageLanguage) {
        #expect(PageLanguage(accepted: Text(header)) == language)
    }

    @Test func pageIsInTheBrowsersLanguage() throws {
        let answer = try Browser(Site()).get("/auth/login", ["Accept-Language": "ar-EG, en;q=0.8"])
        #expect(answer.body.contains("<html lang=\"ar\" dir=\"rtl\">"))
        #expect(answer.body.contains("المتابعة باستخدام <bdi>Google</bdi>"))
    }

    @Test func operatorCanChooseTheLanguage() throws {
        let answer = try Browser(Site("language = \"ja\"")).get("/auth/login", ["Accept-Language": "de"])
        #expect(answer.body.contains("<html lang=\"ja\" dir=\"ltr\">"))
    }

    @Test func malformedHeaderIsEnglish() throws {
        let request = try HostRequest(Site().application, IncomingRequest(method: "GET", target: "/auth/login"))
        try request.addHeader("Accept-Language", [0xFF, 0xFE])
        _ = try request.begin()
        #expect(request.responseBody.string.contains("<html lang=\"en\" dir=\"ltr\">"))
    }
}

/// The name, the logo and the color of the site, on every page.
@Suite struct PageAppearanceTests {
    static let keys = """
        site_name = "Tom & <Jerry>"
        logo = "/static/logo.svg?a&b"
        accent_color = "#ffcc00"
        """

    @Test(arguments: ["/auth/login", "/auth/logout", "/auth/login?provider=nobody"])
    func everyPage(target: String) throws {
        let answer = try Browser(Site(Self.keys)).get(target)
        #expect(
            answer.body.contains(
                "<header><img src=\"/static/logo.svg?a&amp;b\" alt=\"\"><bdi>Tom &amp; &lt;Jerry&gt;</bdi></header>"))
        #expect(answer.body.contains("--accent: rgb(255 204 0); --on-accent: #000"))
        #expect(answer.header("Content-Security-Policy")?.contains("; img-src 'self'; ") == true)
    }

    @Test func embeddedLogoIsAllThatLoads() throws {
        let answer = try Browser(Site("logo = \"data:image/png;base64,AAAA\"")).get("/auth/login")
        #expect(answer.header("Content-Security-Policy")?.contains("; img-src data:; ") == true)
    }

    @Test func withoutALogoNoImageLoads() throws {
        let answer = try Browser(Site()).get("/auth/login")
        #expect(answer.header("Content-Security-Policy")?.contains("img-src") == false)
        #expect(!answer.body.contains("<header>"))
    }
}

/// The ways on from each page.
@Suite struct PageLinkTests {
    @Test func errorPageLeadsToTheOtherProvidersAndHome() throws {
        let site = try Site()
        site.google.fail(.token)
        let answer = try Browser(site).login()
        #expect(answer.body.contains("<a class=\"plain\" href=\"/auth/login\">Sign in another way</a>"))
        #expect(answer.body.contains("<a class=\"plain\" href=\"/\">Back to the site</a>"))
    }

    @Test func chooserLeadsHome() throws {
        let answer = try Browser(Site()).get("/auth/login")
        #expect(answer.body.contains("<a class=\"plain\" href=\"/\">Back to the site</a>"))
    }

    /// There is nothing to confirm.
    @Test func logoutPageOfAStranger() throws {
        let answer = try Browser(Site()).get("/auth/logout")
        #expect(answer.status == 200 && !answer.body.contains("<form"))
        #expect(answer.body.contains("<a class=\"button\" href=\"/\">Back to the site</a>"))
    }

    @Test func logoutPageOfAUser() throws {
        let browser = Browser(try Site())
        try browser.login()
        let answer = try browser.get("/auth/logout")
        #expect(answer.body.contains("<form class=\"actions\" method=\"post\" action=\"/auth/logout\">"))
        #expect(answer.body.contains("<a class=\"plain\" href=\"/\">Stay signed in</a>"))
    }
}
