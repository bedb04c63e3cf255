import Basics
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// The numbers for an operator, after what users do.
@Suite struct StatisticsReportTests {
    private func report(_ site: Site) throws -> JSONObject {
        try #require(JSONObject(parsing: Array(site.application.statisticsJSON().string.utf8)))
    }

    /// "event provider code" and how often.
    private func events(_ site: Site) throws -> [String] {
        try #require(report(site)["events"]?.array).map { entry in
            let member = { (name: Text) in entry.object?[name]?.text.map { " \($0.string)" } ?? "" }
            guard case .integer(let count) = entry.object?["count"] else { return "" }
            return "\(count)" + member("event") + member("provider") + member("code")
        }
    }

    @Test func aDay() throws {
        let site = try Site()
        let browser = Browser(site)
        for _ in 0..<2 { try browser.logIn() }
        try browser.get("/oauth2callback?code=c&state=s")
        try Browser(site).get("/oauth2callback?code=c&state=s")
        try Browser(site).get("/auth/login?provider=%22x%22")
        site.work.fail(.metadata, .providerTimeout)
        try browser.get("/auth/login?provider=work")
        try browser.post("/auth/logout")
        #expect(
            try events(site) == [
                "1 ended_sessions_not_shared", "1 redirect_uri_shared google",
                "2 login_started google", "2 login_succeeded google",
                "1 already_signed_in state_mismatch", "1 login_refused state_mismatch",
                "1 login_refused provider_unknown", "1 provider_fetch_failed work provider_timeout",
                "1 login_refused work provider_timeout", "1 logout",
            ])
    }

    @Test func refreshesAndEnds() throws {
        let site = try RefreshingSite()
        site.site.clock.advance(250)
        _ = try site.accessToken()
        site.site.clock.advance(250)
        site.google.fail(.token)
        _ = try site.accessToken()
        site.site.clock.advance(10)
        site.google.answer(.token) { (_) throws(Failure) in .of(400, #"{"error":"invalid_grant"}"#) }
        _ = try site.accessToken()
        #expect(
            try events(site.site).suffix(4) == [
                "1 tokens_refreshed google", "1 refresh_failed google provider_unreachable",
                "1 refresh_failed google refresh_refused", "1 session_ended google refresh_refused",
            ])
    }

    /// Under both drivers.
    @Test func requestsAreMeasured() throws {
        let site = try Site()
        for _ in 0..<3 { try Browser(site).logIn() }
        site.google.fail(.token)
        try Browser(site).login()
        let requests = try #require(report(site)["provider_requests"]?.array).compactMap(\.object)
        #expect(requests.map { $0["provider"]?.text } == ["google", "work"])
        #expect(requests.map { $0["count"] } == [.integer(6), .integer(0)])
        let limits = try #require(report(site)["bucket_limits_us"]?.array)
        #expect(requests.allSatisfy { $0["buckets"]?.array?.count == limits.count + 1 })
    }

    @Test func newKeysAreCounted() throws {
        let site = try Site()
        try Browser(site).logIn()
        site.google.keys = [.newerRSA]
        site.google.signingKey = .newerRSA
        try Browser(site).logIn()
        #expect(try events(site).contains("1 jwk_set_renewed google"))
    }

    /// Who is signed in is read by every request of a host.
    @Test func readingASessionCountsNothing() throws {
        let site = try Site()
        let browser = Browser(site)
        try browser.logIn()
        let before = site.application.statisticsForPrometheus()
        for _ in 0..<3 {
            #expect(try browser.get("/").isLoggedIn)
            _ = try site.application.userJSON(cookie: Array(browser.cookieHeader.utf8))
        }
        #expect(site.application.statisticsForPrometheus() == before)
    }

    @Test func prometheus() throws {
        let site = try Site()
        try Browser(site).logIn()
        site.application.statistics.add(1_500_000, of: "work")
        let lines = site.application.statisticsForPrometheus().string.split(separator: "\n").map(String.init)
        for line in [
            "# TYPE stauth_events_total counter",
            #"stauth_events_total{event="login_succeeded",provider="google",code=""} 1"#,
            "# TYPE stauth_provider_request_seconds histogram",
            #"stauth_provider_request_seconds_bucket{provider="work",le="0.000500"} 0"#,
            #"stauth_provider_request_seconds_bucket{provider="work",le="1.000000"} 0"#,
            #"stauth_provider_request_seconds_bucket{provider="work",le="2.500000"} 1"#,
            #"stauth_provider_request_seconds_bucket{provider="work",le="+Inf"} 1"#,
            #"stauth_provider_request_seconds_sum{provider="work"} 1.500000"#,
            #"stauth_provider_request_seconds_count{provider="work"} 1"#,
            #"stauth_provider_request_seconds_count{provider="google"} 3"#,
        ] {
            #expect(lines.contains(line), "\(line)")
        }
        let shape = #/# (HELP|TYPE) stauth_\w+ .+|stauth_\w+(\{(\w+="([^"\\\n]|\\.)*",?)+\})? [0-9.]+/#
        for line in lines { #expect(line.wholeMatch(of: shape) != nil, "\(line)") }
    }

    /// A name of the settings can be any TOML key.
    @Test func labelsAreEscaped() {
        #expect(PrometheusPage.escape("a\"b\\c\nd") == #"a\"b\\c\nd"#)
    }
}
