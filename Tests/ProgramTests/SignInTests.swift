import Basics
import NIOCore
import Terminal
import Testing

@testable import SignIn

struct SignInTests {
    // MARK: - What is kept

    private let record = SessionRecord(settings: "/srv/secrets.toml", provider: "op")

    @Test(arguments: KeepingPlace.allCases)
    func recordsAreReadAsTheyWereWritten(place: KeepingPlace) throws {
        let kept = KeptSession(secret: "the secret", session: Array("stauth_session=sealed".utf8), place: place)
        let text = try record.encoded(kept)
        #expect(text.contains("the secret") == (place == .file))
        let read = try #require(record.decode(text, secret: { "the secret" }))
        #expect(read.secret == kept.secret && read.session == kept.session && read.place == place)
    }

    @Test func recordsOfOthersAreRefused() throws {
        let text = try record.encoded(KeptSession(secret: "a", session: [], place: .file))
        #expect(SessionRecord(settings: record.settings, provider: "other").decode(text, secret: { nil }) == nil)
        #expect(SessionRecord(settings: "/etc/secrets.toml", provider: "op").decode(text, secret: { nil }) == nil)
    }

    @Test func recordNeedsTheSecretOfTheKeyring() throws {
        let text = try record.encoded(KeptSession(secret: "a", session: [], place: .keyring))
        #expect(record.decode(text, secret: { nil }) == nil)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"version":1}"#,
        #"{"version":1,"settings":"/srv/secrets.toml","provider":"op","kept_in":"cloud","session":"","secret":"a"}"#,
        #"{"version":2,"settings":"/srv/secrets.toml","provider":"op","kept_in":"file","session":"","secret":"a"}"#,
        #"{"version":1,"settings":"/srv/secrets.toml","provider":"op","kept_in":"file","session":1,"secret":"a"}"#,
        #"{"version":1,"settings":"/srv/secrets.toml","provider":"op","kept_in":"file","session":""}"#,
    ])
    func whatIsNoRecord(text: String) {
        #expect(record.decode(text, secret: { "a" }) == nil)
    }

    // MARK: - What is shown

    @Test(arguments: [
        (#"{"name":"Ada"}"#, #"{"name":"Ada"}"#), ("{\"name\":\"\u{9B}2J\"}", #"{"name":"\u009b2J"}"#),
        ("{\"name\":\"é\u{202E}\u{2028}\"}", #"{"name":"é\u202e\u2028"}"#),
        ("{\"name\":\"\u{E0001}\"}", #"{"name":"\udb40\udc01"}"#),
    ])
    func claimsCannotSteerATerminal(json: String, shown: String) {
        #expect(VisibleJSON.text(json) == shown)
    }

    @Test(arguments: [
        ("https://op.example.org/end?id_token_hint=eyJ&client_id=a", "https://op.example.org/end?client_id=a"),
        ("https://op.example.org/end?client_id=a&id_token_hint=eyJ", "https://op.example.org/end?client_id=a"),
        ("https://op.example.org/end?id_token_hint=eyJ", "https://op.example.org/end"),
        ("https://op.example.org/end", "https://op.example.org/end"),
    ])
    func logoutAddressHasNoToken(address: String, shown: String) {
        #expect(SignIn.withoutHint(address) == shown)
    }

    @Test func pictureIsLightAroundTheCode() {
        let code = QRCode(width: 2, dark: [true, false, false, true])
        #expect(code.lineLength == 6)
        #expect(code.text(colored: false) == "██████\n██▄▀██\n██████")
        #expect(code.text(colored: true).hasPrefix("\u{1B}[97;40m██████\u{1B}[0m\n"))
    }

    // MARK: - The port

    @Test func nobodyComes() throws {
        let listener = try LoopbackListener(port: nil)
        defer { listener.close() }
        #expect(listener.port > 0)
        #expect(try listener.next(until: .now() + .milliseconds(10))?.target == nil)
    }

    @Test func portIsTaken() throws {
        let listener = try LoopbackListener(port: nil)
        defer { listener.close() }
        #expect(throws: (any Error).self) { try LoopbackListener(port: listener.port) }
    }

    /// Sends requests and wants no answer, as any program of the machine can. Gives the answers that come all the same: until
    /// the listener hangs up, so that each request has arrived.
    private func knock(_ listener: LoopbackListener, times: Int) throws -> [Substring] {
        let python = try #require(ChildProcess.find("python3"))
        let script = """
            import socket, sys
            port = int(sys.argv[1])
            for number in range(int(sys.argv[2])):
                with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                    connection.sendall(b"GET /%d HTTP/1.1\\r\\nHost: 127.0.0.1:%d\\r\\n\\r\\n" % (number, port))
                    connection.shutdown(socket.SHUT_WR)
                    answer = connection.makefile("rb").read()
                    if answer: print(answer.split()[1].decode())
            """
        let arguments = ["-c", script, "\(listener.port)", "\(times)"]
        let outcome = try #require(try ChildProcess.run(python, arguments, input: [], within: .seconds(30)))
        #expect(outcome.status == 0, "\(String(decoding: outcome.errors, as: UTF8.self))")
        return String(decoding: outcome.output, as: UTF8.self).split(separator: "\n")
    }

    @Test func requestAfterTheTimeIsOver() throws {
        let listener = try LoopbackListener(port: nil)
        defer { listener.close() }
        #expect(try knock(listener, times: 2) == [])
        #expect(try listener.next(until: .now() + .seconds(10)) != nil)
        #expect(try listener.next(until: .now() - .seconds(1)) == nil)
        #expect(try listener.next(until: .now() + .seconds(10)) != nil)
    }

    @Test func fewRequestsWait() throws {
        let listener = try LoopbackListener(port: nil)
        defer { listener.close() }
        let answers = try knock(listener, times: LoopbackListener.mostWaiting + 5)
        #expect(answers == Array(repeating: "503", count: 5))
        var count = 0
        while try listener.next(until: .now() + .milliseconds(100)) != nil { count += 1 }
        #expect(count == LoopbackListener.mostWaiting)
    }

    @Test func childProcesses() throws {
        let cat = try #require(ChildProcess.find("cat"))
        let outcome = try ChildProcess.run(cat, [], input: Array("a secret".utf8), within: .seconds(10))
        #expect(outcome?.output == Array("a secret".utf8) && outcome?.status == 0)
        let sleep = try #require(ChildProcess.find("sleep"))
        #expect(try ChildProcess.run(sleep, ["60"], input: [], within: .milliseconds(50))?.status == nil)
        #expect(try ChildProcess.run("/nonexistent", [], input: [], within: .seconds(1))?.status == nil)
        #expect(ChildProcess.find("no-such-program-anywhere") == nil)
        // As if by Ctrl-C, which whoever runs the tests may ignore.
        let environment = try #require(ChildProcess.find("env"))
        let arguments = ["--default-signal=INT", "sh", "-c", "kill -INT $$"]
        #expect(throws: Interrupted.self) {
            try ChildProcess.run(environment, arguments, input: [], within: .seconds(10))
        }
    }
}
