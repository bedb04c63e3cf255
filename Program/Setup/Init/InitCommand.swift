import ArgumentParser
import Basics
import Configuration
import Glibc
import JSON
import Terminal

/// `stauth init`: a first secrets.toml.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write secrets.toml, and say what to register at the provider.",
        discussion: """
            Asks for what no option says, if standard input is a terminal. The client secret is never an argument, which \
            every user of the machine could read: name a file, an environment variable, or give it on standard input.

            Exit codes: 0 if the file was written, 1 if it was not, 64 for wrong usage.
            """)

    @Option(help: "One of \(Registration.all.map(\.preset).joined(separator: ", ")).")
    var provider: String?

    @Option(help: "Where users see the application, such as https://app.example.com.")
    var url: String?

    @Option(help: "The client's id at the provider.")
    var clientId: String?

    @Option(help: "A file with the client secret; for Apple, the key (.p8). \"-\" for standard input. It is copied.")
    var clientSecretFile: String?

    @Option(
        help: "The environment variable that has the client secret when the application runs. Only its name is written."
    )
    var clientSecretEnv: String?

    @Option(
        help: "A key of the provider's, such as domain=id.example.com; see docs/providers.md. May occur several times.")
    var key: [String] = []

    @Option(help: "The file to write.")
    var file = SettingsFile.places[0]

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let provider, Registration.of(provider) == nil {
            let names = Registration.all.map(\.preset).joined(separator: ", ")
            throw ValidationError("unknown provider \(provider): choose one of \(names)")
        }
        if clientSecretFile != nil, clientSecretEnv != nil {
            throw ValidationError("give --client-secret-file or --client-secret-env, not both")
        }
        for pair in key where !pair.contains("=") {
            throw ValidationError("--key \(pair): write NAME=VALUE")
        }
    }

    func run() throws {
        if !force, unsafe access(file, F_OK) == 0 {
            throw Refusal("\(file) is there already: choose another --file, or replace it with --force")
        }
        let answers = try InitQuestions(command: self).ask()
        let text = try answers.toml()
        try Self.check(text)
        try PrivateFile.write(text, to: file, replacing: force)
        Output.line(output.json ? answers.json(file) : answers.instructions(file))
    }

    /// What is written must be what the library reads.
    private static func check(_ text: String) throws {
        let configuration = Configuration()
        do throws(Failure) {
            try configuration.load(toml: Array(text.utf8), named: "settings")
            _ = try configuration.settings()
        } catch {
            let lines = String(error.message).split(separator: "\n").map { line in
                // The line numbers are those of a file that does not exist.
                line.firstRange(of: "[auth").map { String(line[$0.lowerBound...]) } ?? String(line)
            }
            // A variable need not be set here.
            let rest = lines.filter { !$0.contains("the environment variable") }
            guard rest.isEmpty else { throw Refusal("nothing was written:\n" + rest.joined(separator: "\n")) }
        }
    }
}
