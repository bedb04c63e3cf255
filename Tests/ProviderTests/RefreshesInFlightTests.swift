import Basics
import OpenIDConnect
import Platform
import TestSupport
import Testing

@testable import Provider

/// Who sends a refresh token, and who takes the result of another.
@Suite struct RefreshesInFlightTests {
    private let flights = RefreshesInFlight(timeout: 10_000)

    private func tokens(_ size: Int = 0) throws -> RefreshesInFlight.Result {
        let response = try TokenResponse(
            validating: .json(["access_token": "a", "token_type": "Bearer"]), requiresIDToken: false)
        return .success(
            RefreshedTokens(refreshToken: Text(String(repeating: "r", count: size)), response: response))
    }

    private func begin(_ token: Text, now: Int64) throws -> RefreshesInFlight.Turn? {
        switch try flights.begin(.init(token), now: now, mayWait: false) {
        case .send(let turn): turn
        case .use: nil
        }
    }

    private func end(_ turn: RefreshesInFlight.Turn?, _ token: Text, _ result: RefreshesInFlight.Result, now: Int64)
        throws
    {
        _ = try flights.end(#require(turn), .init(token), result, next: .init("another"), now: now)
    }

    @Test func oneAtATimeForEachToken() throws {
        let first = try begin("one", now: 0)
        let second = try begin("two", now: 0)
        #expect(try first != nil && begin("one", now: 0) == nil && second != nil)
        try end(first, "one", tokens(), now: 0)
        #expect(try begin("one", now: 59) == nil)
        #expect(try begin("one", now: 60) != nil)
    }

    /// Two requests of one moment, whose clocks were read on both sides of a full second.
    @Test func resultFromASecondAhead() throws {
        let first = try begin("one", now: 101)
        try end(first, "one", tokens(), now: 101)
        #expect(try begin("one", now: 100) == nil)
        // But a clock that was set back keeps nothing.
        #expect(try begin("one", now: 0) != nil)
    }

    /// A request that a host has freed before it was answered.
    @Test func droppedRefresh() throws {
        var first = try begin("one", now: 0)
        #expect(try first != nil && begin("one", now: 0) == nil)
        first = nil
        #expect(try begin("one", now: 0) != nil)
    }

    /// A request that never came to its end.
    @Test func lostRefresh() throws {
        let flights = RefreshesInFlight(timeout: 0)
        let key = try RefreshesInFlight.Key("one")
        guard case .send(let first) = flights.begin(key, now: 0, mayWait: true),
            case .send(let second) = flights.begin(key, now: 0, mayWait: true)
        else { Issue.record("the lost one is still waited for"); return }
        _ = try flights.end(second, key, tokens(), next: nil, now: 0)
        // The first comes late and is refused: it takes what the second got.
        let refused = RefreshesInFlight.Result.failure(Failure(.refreshRefused, ""))
        guard case .success = flights.end(first, key, refused, next: nil, now: 0) else {
            Issue.record("a newer result was not looked for"); return
        }
    }

    /// Memory is bounded, whatever a provider sends.
    @Test func oldestResultsAreDropped() throws {
        let each = 64 * 1024
        for number in 0..<2 * RefreshesInFlight.most / each {
            let token = Text("token \(number)")
            try end(begin(token, now: 0), token, tokens(each), now: 0)
        }
        #expect(try begin("token 0", now: 0) != nil)
        #expect(try begin("token \(2 * RefreshesInFlight.most / each - 1)" as Text, now: 0) == nil)
        #expect(flights.size <= RefreshesInFlight.most)
    }
}
