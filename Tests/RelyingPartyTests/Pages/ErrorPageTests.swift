import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

@Suite struct ErrorPageTests {
    @Test(arguments: ErrorCode.allCases)
    func everyCodeHasAPage(code: ErrorCode) throws {
        let page = Pages.plain.error(
            Failure(code, "message for logs"), retry: "/auth/login?provider=a&return_to=%2F")
        let body = page.body.string
        #expect(page.status == code.entry.httpStatus)
        #expect((400...599).contains(page.status))
        #expect(body.contains("<code>\(Text(code.entry.name).string)</code>"))
        // To try again with too many cookies would fail again.
        let next = code == .cookiesTooLarge ? "/auth/logout" : "/auth/login?provider=a&amp;return_to=%2F"
        #expect(body.contains(#"<a class="button" href="\#(next)">"#))
        #expect(!body.contains("message for logs"))
        #expect(body.hasPrefix("<!DOCTYPE html>"))
    }

    /// What prompt = "none" can end with has words of its own each.
    @Test func sentencesDiffer() {
        let codes: [ErrorCode] = [
            .authorizationRefused, .loginRequired, .interactionRequired, .consentRequired, .accountSelectionRequired,
            .unmetAuthenticationRequirements,
        ]
        let titles = codes.map { code in
            Pages.plain.error(Failure(code, ""), retry: "/").body.string.split(separator: "<h1>").last?.prefix {
                $0 != "<"
            }
        }
        #expect(Set(titles).count == codes.count)
    }

    /// "This sign-in did not begin in this browser" is for what came through the browser, and another start mends.
    @Test func startOverIsForTheBrowsersPart() {
        let codes = ErrorCode.allCases.filter { Failure($0, "").advice == .startOver }
        #expect(
            codes == [
                .responseMalformed, .responseRedirectURIMismatch, .responseIssuerMismatch, .responseSignatureInvalid,
                .stateMissing, .stateMismatch, .loginReplayed, .idTokenNonceMismatch,
            ])
    }

    /// "Took too long" is for what took too long: an old login, response or code.
    @Test func tryAgainIsForTime() {
        let codes = ErrorCode.allCases.filter { $0.entry.advice == .tryAgain }
        #expect(codes == [.responseExpired, .loginExpired])
    }

    /// Whoever is to act can: a clock or a setting is the operator's, an outage ends, an old code is replaced by a new one.
    @Test(
        arguments: [
            (Failure(.clientRefused, "", providerCode: "invalid_client"), .askOperator),
            (Failure(.tokenRequestRefused, "", providerCode: "invalid_grant"), .tryAgain),
            (Failure(.tokenRequestRefused, "status 500"), .providerTrouble),
            (Failure(.providerUnavailable, ""), .providerTrouble), (Failure(.idTokenExpired, ""), .askOperator),
            (Failure(.idTokenIssuedInFuture, ""), .askOperator), (Failure(.idTokenNotYetValid, ""), .askOperator),
            (Failure(.responseModeMismatch, ""), .askOperator), (Failure(.responseIssuerMissing, ""), .askOperator),
            (Failure(.metadataInvalid, ""), .askOperator), (Failure(.providerTLSFailed, ""), .askOperator),
            (Failure(.idTokenKeyUnknown, ""), .providerTrouble), (Failure(.providerTimeout, ""), .providerTrouble),
            (Failure(.notSignedIn, ""), .needsLogin), (Failure(.refreshRefused, ""), .needsLogin),
            (Failure(.tokenUnavailable, ""), .needsLogin),
            (Failure(.idTokenAuthenticationTooOld, ""), .authenticateAnew),
            (Failure(.loginExpired, ""), .tryAgain), (Failure(.authorizationRefused, ""), .cancelled),
        ] as [(Failure, ErrorCode.Advice)])
    func advice(failure: Failure, expected: ErrorCode.Advice) {
        #expect(failure.advice == expected)
    }

    /// Kept nowhere, framed nowhere, nothing runs or loads, the address goes nowhere.
    @Test func headers() throws {
        let page = Pages.plain.error(Failure(.stateMismatch, ""), retry: "/")
        let expected: [HTTPHeader] = [
            .init("Content-Type", "text/html; charset=utf-8"),
            .init(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            .init("X-Content-Type-Options", "nosniff"), .init("Cache-Control", "no-store"),
            .init("Referrer-Policy", "no-referrer"),
        ]
        #expect(page.headers == expected)
        #expect(!page.body.string.contains("<script") && !page.body.string.contains("http"))
    }

    /// Attack 96.
    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\" onclick=\"x", "&quot; onclick=&quot;x"),
        ("' onclick='x", "&#39; onclick=&#39;x"), ("a&amp;b", "a&amp;amp;b"), ("Ünï🦊", "Ünï🦊"), ("", ""),
    ])
    func escaping(text: String, escaped: String) {
        #expect(HTML.escape(Text(text)).string == escaped)
        let failure = Failure(.authorizationFailed, "")
        let body = Pages.plain.error(failure, retry: Text(text)).body.string
        #expect(body.contains("href=\"\(escaped)\""))
        #expect(!body.contains("<script>"))
    }

    @Test func nothingOfTheProvidersIsOnThePage() {
        let failure = Failure(.authorizationFailed, "", providerCode: "its code", providerDescription: "its words")
        let body = Pages.plain.error(failure, retry: "/").body.string
        #expect(body == Pages.plain.error(Failure(.authorizationFailed, ""), retry: "/").body.string)
    }

    /// From the outside in: nothing that a request holds gets onto the page as it is.
    @Test(arguments: [
        "/auth/login?provider=%3Cscript%3Ealert(1)%3C/script%3E", "/auth/login?provider=google&return_to=%zz",
        "/oauth2callback?state=%3Cscript%3E&code=%3Cscript%3E", "/oauth2callback?error=%3Cscript%3E&state=x",
    ])
    func requestIsNotEchoed(target: String) throws {
        let answer = try Browser(try Site()).get(target)
        #expect((400...404).contains(answer.status))
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Content-Security-Policy") != nil)
        #expect(!answer.body.contains("script"))
    }

    /// The link goes back to where the user wanted to be, as long as the login is known.
    @Test func retryLink() throws {
        let site = try Site()
        site.google.fail(.token)
        let browser = Browser(site)
        let answer = try browser.login(returnTo: #"/a?b="c"&d='e'"#)
        let link = "/auth/login?provider=google&amp;return_to=%2Fa%3Fb%3D%22c%22%26d%3D%27e%27"
        #expect(answer.body.contains("href=\"\(link)\""))
        site.google.answer(.token, nil)
        let again = try browser.get(link.replacing("&amp;", with: "&"))
        let finished = try browser.get(browser.approve(Text(try #require(again.location))))
        #expect(finished.location == #"/a?b="c"&d='e'"#)
    }

    @Test func retryLinkWithoutALogin() throws {
        let answer = try Browser(try Site(redirectURI: "https://app.example.com/shop/cb")).get(
            "/shop/cb?code=1&state=2")
        #expect(answer.body.contains(#"href="/shop/""#))
    }
}
