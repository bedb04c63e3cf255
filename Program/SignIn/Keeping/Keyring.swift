import Basics
import Glibc
import NIOCore
import Setup
import Terminal

/// The user's keyring, by libsecret's own program: what it is given comes through standard input, which nobody else sees.
final class Keyring {
    /// A keyring that is locked asks for its password first.
    static let patience = TimeAmount.seconds(60)
    /// Of somebody who wants to do without it, or to end.
    static let littlePatience = TimeAmount.seconds(5)

    private let settings: String
    private let provider: String
    private let patience: TimeAmount
    /// Whether it has not answered once: it is not asked again.
    private var isSilent = false

    init(settings: String, provider: String, patience: TimeAmount) {
        (self.settings, self.provider, self.patience) = (settings, provider, patience)
    }

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

    /// `isLast`: before the program gives up.
    func remove(isLast: Bool = false) throws {
        let outcome = try run(["clear"] + attributes, isLast: isLast)
        guard outcome.status == 0 || outcome.errors.isEmpty else { throw Self.refusal(outcome) }
    }

    private func run(
        _ arguments: [String], input: [UInt8] = [], isLast: Bool = false
    ) throws -> ChildProcess.Outcome {
        guard let program = Self.program else { throw Refusal("\(Self.missing); --store file needs none") }
        guard !isSilent else { throw Self.silence }
        let outcome = try Progress.showing("asking the keyring") {
            try ChildProcess.run(
                program, arguments, input: input, within: isLast ? Self.littlePatience : patience,
                isInterruptible: !isLast)
        }
        isSilent = outcome == nil
        guard let outcome else { throw Self.silence }
        return outcome
    }

    private static var silence: Refusal {
        Refusal("the keyring does not answer: unlock it, or sign in with --force --store file")
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
