import Basics
import Environment
import JSON
import Provider
import TestSupport
import Testing

@testable import RelyingParty

/// Flows under a host's event loop: each stops at a request to a provider and goes on when the host has the answer.
///
/// All other suites run under this driver too (see `Driver`); here is what only it has.
@Suite struct StepTests {
    /// An application whose host sends the requests to `site`'s providers.
    private let site: Site
    private let application: Application

    init() throws {
        site = try Site()
        var environment = site.application.environment
        environment.transport = nil
        application = try Application(settings: site.application.settings, environment: environment)
    }

    /// But for what is said about the two providers' settings.
    private var events: [String] { site.events.filter { $0 != "redirect_uri_shared" } }

    private func request(_ target: String, cookies: String = "") throws -> HostRequest {
        let request = try HostRequest(application, IncomingRequest(method: "GET", target: Text(target)))
        if !cookies.isEmpty { try request.addHeader("Cookie", Array(cookies.utf8)) }
        return request
    }

    /// What the provider says to the request that is pending.
    private func answer(_ request: HostRequest) throws -> Result<HTTPResponse, Failure> {
        let pending = try #require(request.pending)
        do throws(Failure) {
            return .success(try site.network.send(pending.request, within: pending.limits))
        } catch {
            return .failure(error)
        }
    }

    /// Begins a login and follows it to the provider: the callback's target and the login's cookie.
    private func startedLogin() throws -> (callback: String, cookie: String) {
        let start = try request("/auth/login?provider=google")
        #expect(try start.begin() == .wait)
        #expect(try start.resume(with: answer(start)) == .respond)
        let location = try #require(start.responseHeaders.first { $0.name == "Location" }?.value)
        let cookie = try #require(start.responseHeaders.first { $0.name == "Set-Cookie" }?.value.string)
        return (
            Browser.callback(site.google.authorize(location)), String(try #require(cookie.split(separator: ";").first))
        )
    }

    @Test func stopsOncePerRequestToTheProvider() throws {
        let login = try startedLogin()
        let callback = try request(login.callback, cookies: login.cookie)
        #expect(try callback.begin() == .wait)
        #expect(callback.pending?.request.url.text == "https://google.example.com/token")
        #expect(callback.responseStatus == 0 && callback.responseHeaders.isEmpty)
        #expect(try callback.resume(with: answer(callback)) == .wait)
        #expect(callback.pending?.request.url.text == "https://google.example.com/jwks")
        #expect(try callback.resume(with: answer(callback)) == .respond)
        #expect(callback.pending == nil && callback.userJSON.string.contains("user-1"))
        #expect(site.google.count(.token) == 1 && site.google.count(.metadata) == 1 && site.google.count(.jwkSet) == 1)
        #expect(events == ["login_started", "login_succeeded"])
    }

    /// The flow runs again from its start after each answer: the login must still count as answered only once.
    @Test func replayWhileTheFirstWaits() throws {
        let login = try startedLogin()
        let first = try request(login.callback, cookies: login.cookie)
        #expect(try first.begin() == .wait)
        let second = try request(login.callback, cookies: login.cookie)
        #expect(try second.begin() == .respond)
        #expect(second.failure?.code == .loginReplayed)
        #expect(try first.resume(with: answer(first)) == .wait)
        #expect(try first.resume(with: answer(first)) == .respond)
        #expect(first.failure == nil && first.userJSON.string.contains("user-1"))
    }

    /// Two logins at once fetch what neither finds in the cache; both go on with what they asked for.
    @Test func twoThatNeedTheSameDocument() throws {
        let (first, second) = (try request("/auth/login?provider=google"), try request("/auth/login?provider=google"))
        #expect(try first.begin() == .wait && second.begin() == .wait)
        #expect(try second.resume(with: answer(second)) == .respond)
        #expect(try first.resume(with: answer(first)) == .respond)
        #expect(first.responseStatus == 302 && second.responseStatus == 302)
        #expect(try request("/auth/login?provider=google").begin() == .respond)
    }

    /// A key set that is cached while a login waits does not change the way of that login.
    @Test func documentsStayThoseOfTheFlow() throws {
        let login = try startedLogin()
        let callback = try request(login.callback, cookies: login.cookie)
        #expect(try callback.begin() == .wait)
        let preload = try HostRequest(preloading: application)
        #expect(try preload.begin() == .wait)
        while preload.pending != nil { _ = try preload.resume(with: answer(preload)) }
        #expect(try callback.resume(with: answer(callback)) == .respond)
        #expect(callback.failure == nil && site.google.count(.token) == 1)
    }

    /// A key set without the token's key is fetched once more, and the login waits for that as well.
    @Test func keysThatAreFetchedOnceMore() throws {
        let preload = try HostRequest(preloading: application)
        var step = try preload.begin()
        while step == .wait { step = try preload.resume(with: answer(preload)) }
        let start = try request("/auth/login?provider=google")
        #expect(try start.begin() == .respond)
        let location = try #require(start.responseHeaders.first { $0.name == "Location" }?.value)
        let cookie = try #require(start.responseHeaders.first { $0.name == "Set-Cookie" }?.value.string)
        (site.google.keys, site.google.signingKey) = ([.rsa, .newerRSA], .newerRSA)
        let callback = try request(
            Browser.callback(site.google.authorize(location)),
            cookies: String(try #require(cookie.split(separator: ";").first)))
        #expect(try callback.begin() == .wait)
        #expect(try callback.resume(with: answer(callback)) == .wait)
        #expect(callback.pending?.request.url.text == "https://google.example.com/jwks")
        #expect(try callback.resume(with: answer(callback)) == .respond)
        #expect(callback.failure == nil && site.google.count(.jwkSet) == 2)
    }

    // MARK: - Logins that a page asks for

    @Test func pageThatAsksForALogin() throws {
        let page = try request("/report")
        #expect(try page.begin() == .proceed)
        try page.login(provider: "google")
        #expect(page.pending != nil && page.responseStatus == 0)
        #expect(page.userJSON == #"{"is_logged_in":false}"#)
        #expect(try page.resume(with: answer(page)) == .respond)
        #expect(page.responseStatus == 302)
    }

    /// The page has returned by the time that the login fails: the library answers in its place.
    @Test func pageWhoseLoginFails() throws {
        site.google.fail(.metadata)
        let page = try request("/report")
        #expect(try page.begin() == .proceed)
        try page.login(provider: "google")
        #expect(try page.resume(with: answer(page)) == .respond)
        #expect(page.responseStatus == 502 && page.failure?.code == .providerUnreachable)
        #expect(events == ["provider_fetch_failed", "login_refused"])
    }

    /// What takes no network fails at once, as it does under the blocking driver, and the login before it goes on.
    @Test func loginsOfOnePage() throws {
        let page = try request("/report")
        #expect(try page.begin() == .proceed)
        try page.login(provider: "google")
        let first = page.pending
        #expect(try refusal { try page.login(provider: "nobody") } == .providerUnknown)
        #expect(page.pending === first)
        try page.login(provider: "work")
        #expect(page.pending?.request.url.text.string.hasPrefix("https://work.example.com/") == true)
        #expect(try page.resume(with: answer(page)) == .respond)
        #expect(
            page.responseHeaders.first { $0.name == "Location" }?.value.string.hasPrefix("https://work.example.com/")
                == true)
    }

    // MARK: - Out of sequence

    @Test func resumeOfNothing() throws {
        let page = try request("/report")
        let nothing = Result<HTTPResponse, Failure>.failure(Failure(.providerUnreachable, ""))
        #expect(try refusal { try page.resume(with: nothing) } == .outOfSequence)
        #expect(try page.begin() == .proceed)
        #expect(try refusal { try page.resume(with: nothing) } == .outOfSequence)
    }

    @Test func nothingElseWhileTheRequestWaits() throws {
        let start = try request("/auth/login?provider=google")
        #expect(try start.begin() == .wait)
        #expect(try refusal { try start.begin() } == .outOfSequence)
        #expect(try refusal { try start.login(provider: "google") } == .exchangePending)
        #expect(try refusal { try start.logout() } == .exchangePending)
        #expect(try refusal { try start.requireBegun() } == .exchangePending)
        #expect(try start.resume(with: answer(start)) == .respond)
        #expect(start.responseStatus == 302)
    }

    @Test func blockingPreload() throws {
        #expect(try refusal { try application.preload() } == .outOfSequence)
    }

    // MARK: - Preload

    @Test func preloadTriesAllProviders() throws {
        site.google.fail(.metadata)
        let preload = try HostRequest(preloading: application)
        var step = try preload.begin()
        var failure: Failure?
        while failure == nil, step == .wait {
            do { step = try preload.resume(with: answer(preload)) } catch let error as Failure { failure = error }
        }
        #expect(failure?.code == .providerUnreachable)
        #expect(site.work.count(.jwkSet) == 1)
        #expect(events == ["provider_fetch_failed"])
    }
}
