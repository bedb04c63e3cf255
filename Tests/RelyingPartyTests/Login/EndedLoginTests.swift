import Basics
import RelyingParty
import TestSupport
import Testing

/// How long the library remembers which logins were answered. Attack 49, under load.
@Suite struct EndedLoginTests {
    private static let lifetime: Int64 = 15 * 60

    private func end(_ logins: EndedLogins, _ state: String, begun: Int64, now: Int64) throws -> EndedLogins.Mark {
        try logins.end(state: Text(state), expiry: begun + Self.lifetime, now: now).mark
    }

    /// The first login's cookies and callback again, after thousands of others.
    @Test func replayAfterManyOtherLogins() throws {
        let site = try Site()
        let browser = Browser(site)
        let target = browser.approve(try browser.startLogin())
        let cookies = browser.cookies
        #expect(try browser.get(target).hasLoggedIn)
        for _ in 0..<2000 { try loseLogin(site) }
        browser.cookies = cookies
        #expect(try Browser.refused(browser, target).code == "login_replayed")
    }

    /// A login that the provider refuses; without a browser, which would check each answer for the secrets of all.
    private func loseLogin(_ site: Site) throws {
        let start = try HostRequest(
            site.application, IncomingRequest(method: "GET", target: "/auth/login?provider=google"))
        _ = try start.begin()
        let location = try #require(start.responseHeaders.first { $0.name == "Location" }).value
        let state = FormEncoding.decode(location.splitOnce(at: "?")?.after ?? "")?.values(of: "state").first ?? ""
        let cookie = try #require(start.responseHeaders.first { $0.name == "Set-Cookie" }).value
        let callback = try HostRequest(
            site.application,
            IncomingRequest(method: "GET", target: "/oauth2callback?error=access_denied&state=\(state)"))
        try callback.addHeader("Cookie", cookie.splitOnce(at: ";")?.before.bytes ?? [])
        _ = try callback.begin()
        try #require(callback.failure?.code == .authorizationRefused)
    }

    /// Each is known for as long as it could be answered, whenever in its lifetime it was.
    @Test(arguments: [0, 1, 59, 60, 61, 450, 898] as [Int64])
    func untilItExpires(answered: Int64) throws {
        for begun in [Site.start, Site.start + 1, Site.start + 59] {
            let logins = EndedLogins()
            #expect(try end(logins, "a", begun: begun, now: begun + answered) == .first)
            for now in stride(from: begun + answered, to: begun + Self.lifetime, by: 1) {
                #expect(try end(logins, "a", begun: begun, now: now) == .repeated)
                #expect(try end(logins, "b\(now)", begun: now, now: now) == .first)
            }
        }
    }

    /// 100 logins a second for half an hour, each answered 0 to 14 minutes later.
    @Test func manyAtOnce() throws {
        let logins = EndedLogins()
        var marks: Set<EndedLogins.Mark> = []
        for second in 0..<1800 {
            let now = Site.start + Int64(second)
            for login in 0..<100 {
                let begun = now - Int64((login * 9) % 840)
                let mark = try end(logins, "\(second)-\(login)", begun: begun, now: now)
                if mark != .first { marks.insert(mark) }
                if second >= 10, login % 10 == 0 {
                    #expect(try end(logins, "\(second - 10)-\(login)", begun: begun - 10, now: now) == .repeated)
                }
            }
        }
        #expect(marks.isEmpty)
    }

    /// Memory is bounded: beyond it logins that were begun long ago expire early. None is ever answered twice.
    @Test func moreThanThereIsRoomFor() throws {
        let logins = EndedLogins(most: 200_000)
        var answered: [(state: String, begun: Int64)] = []
        var reports: [Int64] = []
        for index in 0..<60_000 {
            let now = Site.start + Int64(index / 100)
            let (mark, isFull) = try logins.end(state: Text("\(index)"), expiry: now + Self.lifetime, now: now)
            #expect(mark == .first)
            answered.append(("\(index)", now))
            if isFull { reports.append(now) }
        }
        let now = Site.start + 600
        let marks = try answered.map { try end(logins, $0.state, begun: $0.begun, now: now) }
        #expect(!marks.contains(.first))
        #expect(marks.first == .forgotten)
        #expect(marks.suffix(12_000).allSatisfy { $0 == .repeated })
        // Reported, and once a minute at most.
        #expect((3...10).contains(reports.count))
        #expect(zip(reports, reports.dropFirst()).allSatisfy { $1 - $0 >= 60 })
        // A login that was begun as long ago and was not answered yet has expired too; a new one has not.
        #expect(try end(logins, "slow", begun: Site.start, now: now) == .forgotten)
        #expect(try end(logins, "new", begun: now, now: now) == .first)
    }

    /// The memory of logins that have expired serves the next ones.
    @Test func memoryComesBack() throws {
        let logins = EndedLogins(most: 200_000)
        for round in 0..<10 {
            let now = Site.start + Int64(round) * 16 * 60
            for index in 0..<12_000 {
                let (mark, isFull) = try logins.end(
                    state: Text("\(round)-\(index)"), expiry: now + Self.lifetime, now: now)
                #expect(mark == .first && !isFull)
            }
        }
    }

    /// A clock that is set back makes nothing forgotten that was known, and no new login expire.
    @Test func clockWasSetBack() throws {
        let logins = EndedLogins()
        #expect(try end(logins, "a", begun: Site.start, now: Site.start) == .first)
        #expect(try end(logins, "b", begun: Site.start + 3600, now: Site.start + 3600) == .first)
        #expect(try end(logins, "a", begun: Site.start, now: Site.start + 1) == .forgotten)
        #expect(try end(logins, "b", begun: Site.start + 3600, now: Site.start + 1) == .repeated)
        #expect(try end(logins, "c", begun: Site.start + 120, now: Site.start + 120) == .first)
    }

    /// All threads together end each login once.
    @Test func threads() async throws {
        let logins = EndedLogins()
        let firsts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    (0..<5000).filter { index in
                        let end = try? logins.end(state: Text("\(index)"), expiry: 900 + Int64(index), now: 0)
                        return end?.mark == .first
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(firsts == 5000)
    }
}
