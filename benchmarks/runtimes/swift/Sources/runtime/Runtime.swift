import Foundation
import Stauth

/// What a call into the library costs by itself.
@_silgen_name("st_version_number")
func versionNumber() -> UInt32

/// The figures of c.c, from Swift.
@main
struct Runtime: Sendable {
    let app: App
    let cookie: String
    let headers: [(name: String, value: String)]

    static func main() async throws {
        let given = CommandLine.arguments.dropFirst().map { $0 }
        guard given.count > 2, let turns = Int(given[1]), let iterations = Int(given[2]) else {
            fatalError("runtime INPUTS TURNS ITERATIONS [requests]")
        }
        let runtime = try Runtime(inputs: given[0])
        for turn in 0...turns {
            try await measure("request, Swift", iterations, turn) { try await runtime.handleRequest() }
            guard given.count == 3 else { continue }
            try await measure("cookie, Swift", iterations, turn) { try runtime.askWho() }
            try await measure("20 foreign calls, Swift", iterations, turn) {
                for _ in 0..<20 {
                    precondition(versionNumber() > 0)
                }
            }
        }
    }

    init(inputs: String) throws {
        func read(_ name: String) throws -> String { try String(contentsOfFile: "\(inputs)/\(name)", encoding: .utf8) }
        app = try App(Configuration(toml: read("secrets")))
        cookie = try read("cookie")
        headers = try read("headers").split(separator: "\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return (String(parts[0]), String(parts[1]))
        }
    }

    func handleRequest() async throws {
        let visit = try Visit(app, method: "GET", target: "/report?id=3", headers: headers)
        try visit.setClientAddress("192.0.2.7")
        guard try await visit.begin() else { fatalError("the library has answered") }
        precondition(visit.user.isLoggedIn)
        let answer = try visit.finish()
        precondition(answer.status == nil && !answer.headers.isEmpty)
    }

    func askWho() throws {
        let user = try app.user(fromCookie: cookie)
        precondition(user.isLoggedIn)
    }
}

private func measure(
    _ name: String, _ iterations: Int, _ turn: Int, _ call: @Sendable () async throws -> Void
) async throws {
    let (used, begun) = (clock(), ContinuousClock.now)
    for _ in 0..<iterations {
        try await call()
    }
    let seconds = Double(clock() - used) / Double(CLOCKS_PER_SEC)
    let wall = (ContinuousClock.now - begun) / .seconds(1)
    guard turn > 0 else { return }
    print(#"{"name": "\#(name)", "iterations": \#(iterations), "seconds": \#(seconds), "wall": \#(wall)}"#)
}
