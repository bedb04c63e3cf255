import Basics
import Cookies
import Environment
import JSON
import Settings
import TestSupport
import Testing

@testable import Session

/// A proxy that passes on one Set-Cookie line of several, as nginx does with auth_request, signs nobody out.
@Suite struct HalfArrivedTokensTests {
    private let site: SessionSite
    private let session: Session
    private let login: [HTTPHeader]

    init() throws {
        site = try SessionSite("expose_tokens = [\"id\", \"access\"]\nrefresh_claims = \"1m\"")
        session = try site.session()
        login = try site.writer.headers(
            toStore: session, with: Self.tokens("old"), isCompressed: false, over: CookieHeader([]), Now(site.clock))
    }

    /// More than one cookie can hold.
    private static func tokens(_ generation: String, id: Int = 900, access: Int = 2400) -> SessionTokens {
        var tokens = SessionTokens()
        tokens.idToken = Text("\(generation)-id-" + String(repeating: "i", count: id))
        tokens.accessToken = Text("\(generation)-access-" + String(repeating: "a", count: access))
        tokens.refreshToken = Text("\(generation)-refresh")
        (tokens.expiry, tokens.refreshTime, tokens.claimsTime) = (2_000_000_000, 1_999_999_940, TestSite.start)
        return tokens
    }

    /// The lines of a refresh.
    private func refreshed(_ tokens: SessionTokens = tokens("new"), over lines: [HTTPHeader]) throws -> [HTTPHeader] {
        let header = Self.browser(lines)
        return try site.writer.headers(
            toStore: tokens, of: session, over: CookieHeader(Array(header.utf8)[...]), Now(site.clock))
    }

    /// The Cookie header of a browser that got these lines in this order.
    private static func browser(_ lines: [HTTPHeader]) -> String {
        var cookies: [(name: Substring, pair: Substring)] = []
        for line in lines.map(\.value.string) {
            let pair = line.prefix { $0 != ";" }
            let name = pair.prefix { $0 != "=" }
            cookies.removeAll { $0.name == name }
            if !line.contains("; Max-Age=0;") { cookies.append((name, pair)) }
        }
        return cookies.map { String($0.pair) }.joined(separator: "; ")
    }

    /// What a request with the cookies of these lines finds; nil if nobody is signed in.
    private func found(_ lines: [HTTPHeader]) throws -> SessionTokens? {
        let header = Self.browser(lines)
        guard let session = try site.open(header) else { return nil }
        return site.reader.tokens(of: session, in: CookieHeader(Array(header.utf8)[...]))
    }

    @Test func everyLine() throws {
        #expect(try refreshed(over: login).count == 2)
        #expect(try found(login) == Self.tokens("old"))
        #expect(try found(login + refreshed(over: login)) == Self.tokens("new"))
    }

    @Test func firstLineAlone() throws {
        let tokens = try #require(try found(login + refreshed(over: login).prefix(1)), "signed out")
        #expect(tokens.refreshToken == "new-refresh")
        for (token, old) in [(tokens.idToken, "old-id"), (tokens.accessToken, "old-access")] {
            #expect(token.map { !$0.string.hasPrefix(old) } ?? true, "a token of before the refresh")
        }
        let next = try refreshed(over: login + refreshed(over: login).prefix(1))
        #expect(try found(login + refreshed(over: login).prefix(1) + next) == Self.tokens("new"))
    }

    @Test func lastLineAlone() throws {
        let tokens = try #require(try found(login + refreshed(over: login).suffix(1)), "signed out")
        #expect(tokens.refreshToken == "old-refresh")
        #expect(tokens.accessToken.map { $0.string.hasPrefix("old-access") } ?? true)
    }

    /// An access token that did not arrive is due, however long it is valid.
    @Test func accessTokenThatDidNotArrive() throws {
        let large = Self.tokens("new", id: 300, access: 2900)
        let tokens = try #require(try found(login + refreshed(large, over: login).prefix(1)), "signed out")
        #expect(tokens.idToken == large.idToken)
        #expect(try tokens.accessToken == nil && tokens.needsAccessToken(Now(site.clock)))
        #expect(try found(login + refreshed(large, over: login)) == large)
    }

    /// As earlier versions wrote them.
    @Test func twoHalvesOfOneSeal() throws {
        let id = try #require(session.id)
        let cookie = SealedCookie(
            "tokens-" + id.label, keys: try KeyRing(secrets: site.settings.cookieSecrets, purpose: .tokens),
            jar: CookieJar(prefix: site.settings.cookiePrefix, isSecure: true))
        let halves = try cookie.headers(
            toStore: Self.tokens("old").encoded(), context: id.bytes, lifetime: 60, over: CookieHeader([]),
            random: SequenceRandom())
        #expect(halves.count == 2)
        #expect(try found(login.prefix(1) + halves) == Self.tokens("old"))
        #expect(try found(login.prefix(1) + halves + refreshed(over: login).prefix(1))?.refreshToken == "new-refresh")
    }

    /// Removals beside it could be the line that is passed on.
    @Test func tokensOfAnotherSessionWait() throws {
        let other = try site.session()
        let others = try site.writer.headers(
            toStore: other, with: Self.tokens("other"), isCompressed: false, over: CookieHeader([]), Now(site.clock))
        let small = Self.tokens("new", id: 3, access: 3)
        let lines = try refreshed(small, over: Array(login.prefix(1)) + Array(others.dropFirst()))
        #expect(lines.count == 1)
        #expect(try found(login + others.dropFirst() + lines) == small)
    }
}
