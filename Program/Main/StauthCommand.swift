import ArgumentParser
import Gateway
import Setup
import SignIn
import Terminal

/// The program.
@main
struct StauthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stauth",
        abstract: "Check an OpenID Connect set-up, sign in from a terminal, and guard any app.",
        discussion: """
            Exit codes: 0 if it was done, 1 if it could not be done or a check found what prevents logins, 64 for wrong usage.
            """,
        version: programVersion,
        subcommands: setupCommands + signInCommands + gatewayCommands)
}
