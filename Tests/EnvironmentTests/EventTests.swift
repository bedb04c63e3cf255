import Basics
import Environment
import Foundation
import TestSupport
import Testing

/// Events, and docs/events.md, which describes them.
@Suite struct EventTests {
    static let failure = Failure(.stateMismatch, "reason", providerCode: "no", providerDescription: "words")

    /// One of each, with all that it can have.
    static let all: [Event] = [
        .loginStarted(provider: "p"), .loginSucceeded(provider: "p", user: "u"),
        .loginRefused(failure, provider: "p", user: "u"), .alreadySignedIn(insteadOf: .stateMismatch, provider: "p"),
        .logout(isAtProvider: true, user: "u"),
        .logoutRefused(failure), .logoutReturned(state: .expected), .sessionRequestRefused(failure),
        .backchannelLogout(provider: "p", user: "u"), .backchannelLogoutRefused(failure, provider: "p"),
        .frontchannelLogout(provider: "p"), .frontchannelLogoutRefused(failure),
        .deviceBound(user: "u"), .deviceProofRefused(failure, user: "u"), .deviceProofSkipped(.quotaExceeded),
        .providerFetchFailed(failure, provider: "p"), .providerLogoutFailed(failure, provider: "p"),
        .claimSourceIgnored(failure, provider: "p"), .keysNotUsed(provider: "p", reasons: ["one", "two"]),
        .keysRenewed(provider: "p"), .useNotListed(provider: "p", values: ["one", "two"]),
        .redirectURIShared(provider: "p", with: ["q"]), .tokensRevoked(provider: "p"),
        .tokensNotRevoked(failure, provider: "p"),
        .tokensRefreshed(provider: "p"),
        .claimsNotRefreshed(provider: "p"),
        .refreshFailed(failure, provider: "p"), .sessionEnded(failure, provider: "p"), .sessionsEnded(providers: ["p"]),
        .tokensTooLarge(provider: "p"),
        .logoutHintDropped(provider: "p"), .returnPageDropped(provider: "p"), .responseHeadersTooLarge(bytes: 5000),
        .endedLoginsForgotten, .olderSessionsEnded(provider: "p"), .sessionEndNotRemembered(provider: "p"),
        .endedSessionsNotShared,
        .sessionStoreFailed(failure), .sessionStoreFull(bytes: 5000), .storedSessionRefused(.older),
        .storedSessionNotEnded, .sessionKeptInCookie(provider: "p"), .tokensNotOpened,
        .webSocketOriginRefused(origin: "https://x.example"),
        .otherSiteName(seen: "https://x.example", expected: "https://y.example"),
        .sessionCookieNotEncrypted, .newSettingsRefused(failure),
        .accessTokenRefused(failure, provider: "p", user: "u"),
    ]

    /// The cells of each row of the page's tables with this many columns.
    private static func rows(of columns: Int) throws -> [[String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/events.md"), encoding: .utf8)
        return page.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count == columns && cells[0].hasPrefix("`") ? cells : nil
        }
    }

    @Test func allAreListed() {
        #expect(Self.all.map(\.name) == Event.Name.allCases)
    }

    @Test func fieldsOfEachRequestAreDescribed() throws {
        var requester = Requester()
        requester.setID(Array("a1".utf8))
        requester.setAddress("::1")
        let event = Event.loginStarted(provider: "p")
        #expect(event.line(of: requester).string == "event=login_started provider=p request_id=a1 client_address=::1")
        let described = try Self.rows(of: 2).map { $0[0] }
        #expect(described == ["`request_id`", "`client_address`"])
    }

    @Test func everyEventIsDescribedAsItIs() throws {
        let described = try Self.rows(of: 4).map { $0[0...2].joined(separator: " | ") }
        let actual = Self.all.map { event in
            let fields = event.fields.map { "`\($0.key.string)`" }.joined(separator: ", ")
            let isFailure = event.fields.contains { $0.key == "code" }
            let level = isFailure ? "warning or error" : "\(event.level)"
            return "`\(event.name.rawValue.string)` | \(level) | \(fields.isEmpty ? "–" : fields)"
        }
        #expect(Set(described).symmetricDifference(actual).sorted() == [])
        #expect(described.count == actual.count, "an event is described twice")
    }

    @Test(arguments: [
        ("google", "google"), ("a-b_c.d/e:f", "a-b_c.d/e:f"), ("", "\"\""), ("a b", "\"a b\""), ("a=b", "\"a=b\""),
        ("a\"b", #""a\"b""#), ("a\\b c", #""a\\b c""#), ("a\r\nevent=logout", #""a\x0d\x0aevent=logout""#),
        ("\u{1B}[31m", #""\x1b[31m""#), ("é", #""\xc3\xa9""#), ("\u{202E}", #""\xe2\x80\xae""#), ("\u{0}", #""\x00""#),
        ("\u{7F}", #""\x7f""#), ("\t", #""\x09""#),
    ])
    func values(value: String, written: String) {
        #expect(Event.loginStarted(provider: Text(value)).line().string == "event=login_started provider=\(written)")
    }

    @Test func longValues() {
        let line = Event.loginStarted(provider: Text(String(repeating: "é", count: 5000))).line()
        #expect(line.count < 4200)
        #expect(line.hasSuffix("\""))
    }

    @Test func levels() {
        let level = { (code: ErrorCode) in Event.loginRefused(Failure(code, "x"), provider: nil).level }
        #expect(Event.logout(isAtProvider: false, user: nil).level == .info)
        #expect(level(.stateMismatch) == .warning)
        #expect(level(.randomnessUnavailable) == .error)
        #expect(level(.internalError) == .error)
        #expect(level(.configurationInvalid) == .error)
    }
}
