import ArgumentParser
import Basics
import Glibc
import JSON
import Setup
import Terminal

/// `stauth logout`: ends what `stauth login` began.
struct LogoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Sign out on this machine.",
        discussion: """
            Removes what stauth login has kept, and has the provider revoke the tokens. The browser may still be signed in at the \
            provider: the command prints where to sign out there.

            Exit codes: 0 if nobody is signed in any more, 1 if that could not be done, 64 for wrong usage.
            """)

    @Argument(help: "The provider. Default: the default one of the file, or its only one.")
    var provider: String?

    @Option(help: "The file with the settings. Default: .streamlit/secrets.toml, otherwise secrets.toml.")
    var file: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let settings = try SignInSettings(file: file, provider: provider)
        let keeper = try SessionKeeper(settings)
        try keeper.locked {
            guard !keeper.isEmpty else { return printNobody(settings) }
            var kept: KeptSession?
            do {
                kept = try keeper.load()
            } catch {
                Output.note("\(error)")
            }
            // First, so that nobody is signed in whatever becomes of the rest.
            try keeper.remove(from: kept?.place)
            let signIn = try? kept.map { try SignIn(settings, $0) }
            printResult(signIn, address: signIn?.end(), settings)
        }
    }

    private func printNobody(_ settings: SignInSettings) {
        if output.json { return printJSON(wasSignedIn: false, nil, address: nil) }
        Output.line("Nobody is signed in with \(String(settings.provider)) here.")
    }

    private func printResult(_ signIn: SignIn?, address: String?, _ settings: SignInSettings) {
        if output.json { return printJSON(wasSignedIn: true, signIn, address: address) }
        Output.line("Signed out: nothing of the login with \(String(settings.provider)) is left on this machine.")
        Output.line(Self.sentence(on: signIn))
        guard let address else { return }
        Output.line("Your browser may still be signed in at the provider. To sign out there, open:\n  \(address)")
    }

    private static func sentence(on signIn: SignIn?) -> String {
        guard let signIn else { return "The provider was not asked to revoke tokens: what was kept could not be read." }
        if signIn.hadEnded { return "The provider was not asked to revoke tokens: the session had ended already." }
        if signIn.log.hasRevoked { return "The provider has revoked the tokens." }
        if signIn.log.hasFailedToRevoke {
            return "The provider could not revoke the tokens: copies of them are good until they expire."
        }
        return "The provider does not revoke tokens: copies of them are good until they expire."
    }

    private func printJSON(wasSignedIn: Bool, _ signIn: SignIn?, address: String?) {
        var object = JSONObject()
        object["was_signed_in"] = .bool(wasSignedIn)
        object["tokens_revoked"] = .bool(signIn?.log.hasRevoked ?? false)
        if let address { object["logout_url"] = .string(Text(address)) }
        Output.line(object.encoded().map { VisibleJSON.text(String($0)) } ?? "{}")
    }
}
