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
            guard let ended = try EndedLogin(settings, keeper) else { return printNobody(settings) }
            if let problem = ended.problem { Output.note(problem) }
            printResult(ended, settings)
        }
    }

    private func printNobody(_ settings: SignInSettings) {
        if output.json { return printJSON(nil) }
        Output.line("Nobody is signed in with \(String(settings.provider)) here.")
    }

    private func printResult(_ ended: EndedLogin, _ settings: SignInSettings) {
        if output.json { return printJSON(ended) }
        Output.line("Signed out: nothing of the login with \(String(settings.provider)) is left on this machine.")
        Output.line(ended.sentence)
        guard let address = ended.address else { return }
        Output.line("Your browser may still be signed in at the provider. To sign out there, open:\n  \(address)")
    }

    private func printJSON(_ ended: EndedLogin?) {
        var object = JSONObject()
        object["was_signed_in"] = .bool(ended != nil)
        object["tokens_revoked"] = .bool(ended?.signIn?.log.hasRevoked ?? false)
        if let address = ended?.address { object["logout_url"] = .string(Text(address)) }
        Output.line(object.encoded().map { VisibleJSON.text(String($0)) } ?? "{}")
    }
}
