import Basics
import RelyingParty
import TestSupport
import Testing

/// The page that asks which provider to sign in with.
@Suite struct ChooserPageTests {
    private func links(_ answer: Answer) -> [String] {
        answer.body.components(after: "href=\"", before: "\"").map { $0.replacing("&amp;", with: "&") }
    }

    @Test(arguments: ["", "?", "?provider=", "?return_to=/x"])
    func severalProvidersAndNoneNamed(query: String) throws {
        let site = try Site(google: "display_name = \"Google <& Co>\"")
        let answer = try Browser(site).get("/auth/login\(query)")
        #expect(answer.status == 200)
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.header("Cache-Control") == "no-store")
        let target = query.contains("return_to") ? "%2Fx" : "%2F"
        #expect(
            links(answer) == [
                "/auth/login?provider=google&return_to=\(target)", "/auth/login?provider=work&return_to=\(target)", "/",
            ])
        #expect(answer.body.contains("Continue with <bdi>Google &lt;&amp; Co&gt;</bdi></span></a>"))
        #expect(answer.body.contains("Continue with <bdi>Work</bdi></span></a>"))
        #expect(answer.body.contains("<html lang=\"en\" dir=\"ltr\">") && !answer.body.contains("<script"))
        #expect(answer.setCookies.isEmpty && site.log.lines.isEmpty)
        #expect(site.google.requestCount + site.work.requestCount == 0)
    }

    @Test func choosing() throws {
        let browser = Browser(try Site())
        let page = try browser.post("/auth/login", form: "return_to=%2Freport%3Fid%3D3&login_hint=ada")
        #expect(page.status == 200)
        let location = Text(try #require(browser.get(links(page)[1]).location))
        #expect(FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "login_hint") == ["ada"])
        #expect(try browser.get(browser.approve(location, at: browser.site.work)).location == "/report?id=3")
    }

    /// The page that the user came from; never a page of another site.
    @Test(arguments: [
        (["Referer": "https://app.example.com/a?b=1"], "%2Fa%3Fb%3D1"), (["Referer": "https://evil.example/"], "%2F"),
    ])
    func returnTarget(headers: [String: String], target: String) throws {
        let answer = try Browser(Site()).get("/auth/login", headers)
        #expect(links(answer).first?.hasSuffix("return_to=\(target)") == true)
    }

    /// st_login() without a name goes there, and comes back to the page that called it.
    @Test func byTheApplication() throws {
        let browser = Browser(try Site())
        let answer = try browser.send("GET", "/report?id=3") { request in
            #expect(!request.loginMayBlock(provider: nil))
            try request.login(provider: nil)
        }
        #expect(answer.status == 302 && answer.failure == nil && answer.setCookies.isEmpty)
        #expect(answer.location == "/auth/login?return_to=%2Freport%3Fid%3D3")
        let page = try browser.get(try #require(answer.location))
        #expect(links(page).first == "/auth/login?provider=google&return_to=%2Freport%3Fid%3D3")
    }

    @Test func webSocketCannotChoose() throws {
        let browser = Browser(try Site())
        let answer = try browser.send("GET", "/ws", ["Upgrade": "websocket"]) { request in
            #expect(throws: Failure.self) { try request.login(provider: nil) }
        }
        #expect(answer.status == 0)
    }
}

extension String {
    /// What stands between the two, each time.
    fileprivate func components(after start: String, before end: String) -> [String] {
        split(separator: start, omittingEmptySubsequences: false).dropFirst().compactMap {
            $0.split(separator: end, omittingEmptySubsequences: false).first.map(String.init)
        }
    }
}
