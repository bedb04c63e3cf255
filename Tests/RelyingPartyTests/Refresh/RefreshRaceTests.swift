import Basics
import Foundation
import JSON
import TestSupport
import Testing

@testable import RelyingParty

/// Requests of one browser at the same moment, at a provider that rotates refresh tokens without leeway and revokes all of
/// them when one comes twice.
@Suite struct RefreshRaceTests {
    private static let threads = 8
    private static let rounds = 200

    /// What one thread's page gets.
    private struct Outcome {
        let isLoggedIn: Bool
        let token: String
        let tokensCookie: String?
    }

    private final class Outcomes: @unchecked Sendable {
        private let lock = NSLock()
        private var collected: [Outcome] = []

        func add(_ outcome: Outcome) { lock.withLock { collected.append(outcome) } }
        var all: [Outcome] { lock.withLock { collected } }
    }

    private static func page(_ site: Site, cookies: String) throws -> Outcome {
        let request = try HostRequest(site.application, IncomingRequest(method: "GET", target: "/"))
        try request.addHeader("Cookie", Array(cookies.utf8))
        _ = try site.begin(request)
        let token = try? site.accessToken(request).text.string
        let line = request.responseHeaders.first { $0.name == "Set-Cookie" }?.value.string
        return Outcome(
            isLoggedIn: request.isLoggedIn, token: token ?? "",
            tokensCookie: line?.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last.map(String.init))
    }

    @Test(arguments: [#"expose_tokens = "access""#, "expose_tokens = \"access\"\nrefresh_claims = \"2m\""])
    func noSessionIsLost(lines: String) throws {
        let refreshing = try RefreshingSite(lines)
        nonisolated(unsafe) let site = refreshing.site
        for round in 0..<Self.rounds {
            site.clock.advance(RefreshingSite.lifetime - 60)
            let (outcomes, cookies) = (Outcomes(), refreshing.browser.cookieHeader)
            DispatchQueue.concurrentPerform(iterations: Self.threads) { _ in
                if let outcome = try? Self.page(site, cookies: cookies) { outcomes.add(outcome) }
            }
            let all = outcomes.all
            #expect(all.count == Self.threads)
            #expect(all.allSatisfy { $0.isLoggedIn && $0.token.hasPrefix("access-token-") })
            // Which response arrives last is chance.
            let cookie = try #require(all.compactMap(\.tokensCookie).randomElement(), "round \(round) is lost")
            refreshing.browser.set(refreshing.browser.tokensName, cookie)
        }
        #expect(refreshing.google.reuses == 0)
        #expect(refreshing.tokenRequests == 1 + Self.rounds)
    }

    /// Whoever comes while the first waits for the provider waits for the same, and not for longer than a request may take.
    @Test(.enabled(if: !Driver.isStepwise)) func secondWaitsForTheFirst() throws {
        let refreshing = try RefreshingSite()
        nonisolated(unsafe) let site = refreshing.site
        let (gate, outcomes, cookies) = (Gate(), Outcomes(), refreshing.browser.cookieHeader)
        site.clock.advance(RefreshingSite.lifetime)
        refreshing.google.hold(.token, gate)
        let group = DispatchGroup()
        for _ in 0..<2 {
            DispatchQueue.global().async(group: group) {
                if let outcome = try? Self.page(site, cookies: cookies) { outcomes.add(outcome) }
            }
        }
        gate.await(visitors: 1)
        gate.open()
        group.wait()
        #expect(Set(outcomes.all.map(\.token)).count == 1 && outcomes.all.allSatisfy { $0.token.hasPrefix("access-") })
        #expect(refreshing.tokenRequests == 2 && refreshing.google.reuses == 0)
    }

    /// An event loop cannot wait for another of its requests: that one keeps what it has.
    @Test(.enabled(if: Driver.isStepwise)) func secondKeepsWhatItHas() throws {
        let refreshing = try RefreshingSite(#"expose_tokens = "access""#)
        let old = try refreshing.accessToken().text
        refreshing.site.clock.advance(RefreshingSite.lifetime - 60)
        let cookies = Array(refreshing.browser.cookieHeader.utf8)
        let requests = try (0..<2).map { _ in
            let request = try HostRequest(refreshing.site.application, IncomingRequest(method: "GET", target: "/"))
            try request.addHeader("Cookie", cookies)
            _ = try request.begin()
            return request
        }
        #expect(try requests[0].accessToken() == nil && requests[0].accessToken() == nil)
        #expect(try requests[1].accessToken()?.text.string == old)
        #expect(try refusal { try requests[0].login(provider: "google") } == .exchangePending)
        #expect(try refusal { try requests[0].logout() } == .exchangePending)
        try refreshing.site.finish(requests[0])
        #expect(try requests[0].accessToken()?.text.string != old)
        #expect(refreshing.tokenRequests == 2)
    }

    /// Nobody keeps claims by leaving each refresh halfway.
    @Test(.enabled(if: Driver.isStepwise)) func refreshThatIsDropped() throws {
        let refreshing = try RefreshingSite(#"refresh_claims = "5m""#)
        refreshing.google.user["name"] = "Augusta Ada King"
        refreshing.site.clock.advance(300)
        for _ in 0..<3 {
            let request = try HostRequest(refreshing.site.application, IncomingRequest(method: "GET", target: "/"))
            try request.addHeader("Cookie", Array(refreshing.browser.cookieHeader.utf8))
            #expect(try request.begin() == .wait)
        }
        #expect(try refreshing.user()["name"] == "Augusta Ada King")
    }
}
