import Basics
import JSON
import TestSupport
import Testing

@testable import Provider

/// Who asks about an access token, and what is remembered of the answers.
@Suite struct IntrospectionsTests {
    private let introspections = Introspections(timeout: 10_000)
    private static let claims: JSONObject = ["sub": "a"]

    private func begin(_ token: Text, now: Int64 = 100) throws -> Introspections.Turn? {
        switch introspections.begin(try .init(token), now: now, mayWait: false) {
        case .ask(let turn): turn
        case .use: nil
        }
    }

    private func outcome(_ token: Text, now: Int64 = 100) throws -> Introspections.Outcome? {
        switch introspections.begin(try .init(token), now: now, mayWait: false) {
        case .ask: nil
        case .use(let outcome): outcome
        }
    }

    private func learn(_ token: Text, _ claims: JSONObject?, size: Int = 1, lifetime: Int64 = 60, now: Int64 = 100)
        throws
    {
        let turn = try #require(try begin(token, now: now))
        introspections.end(turn, try .init(token), .init(claims), size: size, lifetime: lifetime, now: now)
    }

    @Test func remembersForAWhile() throws {
        try learn("one", Self.claims)
        #expect(try outcome("one", now: 159)?.claims == Self.claims && outcome("one", now: 160) == nil)
        // A clock that was set back prolongs nothing.
        #expect(try outcome("one", now: 99) == nil)
        try learn("expired", Self.claims, lifetime: -5)
        #expect(try outcome("expired") == nil)
    }

    /// Anybody can send tokens that are not active: they do not displace those that are.
    @Test func floodOfGuesses() throws {
        try learn("good", Self.claims)
        for index in 0..<2 * Introspections.most { try learn(Text("guess-\(index)"), nil) }
        #expect(try outcome("good")?.claims == Self.claims)
        #expect(try outcome("guess-0") == nil, "the oldest make room")
        #expect(try outcome(Text("guess-\(2 * Introspections.most - 1)")) != nil)
    }

    @Test func manyActiveTokens() throws {
        for index in 0...Introspections.most { try learn(Text("token-\(index)"), Self.claims) }
        #expect(try outcome("token-0") == nil && outcome("token-1") != nil)
        try learn("large", Self.claims, size: Introspections.mostBytes - 10)
        #expect(try outcome("large") != nil && outcome("token-1") == nil && outcome("token-1000") != nil)
        try learn("too large", Self.claims, size: Introspections.mostBytes + 1)
        #expect(try outcome("too large") == nil)
    }

    @Test func questionsUnderWay() throws {
        var turns = try (0..<Introspections.mostQuestions).map { try begin(Text("token-\($0)")) }
        #expect(turns.allSatisfy { $0 != nil })
        #expect(try outcome("another")?.failure?.code == .providerUnavailable)
        // Whoever leaves makes way.
        turns.removeLast()
        #expect(try begin("another") != nil)
    }
}
