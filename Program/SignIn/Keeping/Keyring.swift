import Basics
import Glibc
import NIOCore
import Setup
import Terminal

/// The user's keyring, by libsecret's own program: what it is given comes through standard input, which nobody else sees.
struct Keyring {
    /// A keyring that is locked asks for its password first.
    private static let patience = TimeAmount.seconds(60)

    let settings: String
    let provider: String

    /// Whether there may be a keyring: a session without a bus has none.
    static var isThere: Bool { program != nil && hasBus }

    private static var program: String? { ChildProcess.find("secret-tool") }

    private static var hasBus: Bool {
        if Surroundings.value("DBUS_SESSION_BUS_ADDRESS") != nil { return true }
        return Surroundings.value("XDG_RUNTIME_DIR").map { unsafe access($0 + "/bus", F_OK) == 0 } ?? false
    }

    private var attributes: [String] { ["application", "stauth", "settings", settings, "provider", provider] }

    func store(_ secret: Text) throws {
        let label = "stauth: \(provider), \(settings)"
        let outcome = try run(["store", "--label=\(label)"] + attributes, input: secret.bytes)
        guard outcome.status == 0 else { throw Self.refusal(outcome) }
    }

    /// Nil if it has none.
    func secret() throws -> Text? {
        let outcome = try run(["lookup"] + attributes)
        // It says nothing then, and otherwise why not.
        if outcome.status != 0, outcome.errors.isEmpty { return nil }
        guard outcome.status == 0 else { throw Self.refusal(outcome) }
        guard let text = Text(validating: outcome.output), !text.isEmpty else { return nil }
        return Text(String(text).withoutLineBreak)
    }

    func remove() throws {
        let outcome = try run(["clear"] + attributes)
        guard outcome.status == 0 || outcome.errors.isEmpty else { throw Self.refusal(outcome) }
    }

    private func run(_ arguments: [String], input: [UInt8] = []) throws -> ChildProcess.Outcome {
        guard let program = Self.program else { throw Refusal("\(Self.missing); --store file needs none") }
        let outcome = Progress.showing("asking the keyring") {
            ChildProcess.run(program, arguments, input: input, within: Self.patience)
        }
        guard let outcome else {
            throw Refusal("the keyring does not answer: unlock it, or sign in with --force --store file")
        }
        return outcome
    }

    static var missing: String {
        program == nil
            ? "there is no secret-tool here (Debian: libsecret-tools), which the keyring needs"
            : "there is no session bus here, which the keyring needs"
    }

    private static func refusal(_ outcome: ChildProcess.Outcome) -> Refusal {
        let lines = String(decoding: outcome.errors.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline)
        let reason = lines.first.map { VisibleJSON.text(String($0)) } ?? "it does not say why"
        return Refusal("the keyring refuses: \(reason); sign in with --force --store file to do without")
    }
}
