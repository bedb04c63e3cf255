import ArgumentParser
import Basics
import Cryptography
import Environment
import RelyingParty
import Settings
import Terminal

/// `stauth check`: why a login works, or does not.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a set-up, from secrets.toml to the provider.",
        discussion: """
            Reads the settings as the library does, fetches the metadata and keys of every provider, and tries what a login \
            would do, as far as nobody has to sign in. A provider sees one token request with a code that does not exist, and \
            one authorization request with prompt=none. Nothing is changed, except that a session store keeps one record for \
            a moment.

            Exit codes: 0 if logins can work, 1 if they cannot, 64 for wrong usage.
            """)

    @Argument(help: "The file with the settings. Default: .streamlit/secrets.toml, otherwise secrets.toml.")
    var file: String?

    @Flag(help: "Check only what needs no network.")
    var offline = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let findings = Findings()
        let file = SettingsFile(named: file)
        check(file, findings)
        CheckReport(file: file.path, findings: findings).print(asJSON: output.json)
        if findings.worst == .problem { throw ExitCode.failure }
    }

    private func check(_ file: SettingsFile, _ findings: Findings) {
        guard let settings = file.check(findings) else { return }
        BudgetCheck(settings: settings, findings: findings).run()
        guard !offline else { return }
        Progress.showing("asking \(String(settings.site.host))") {
            SiteCheck(settings: settings, findings: findings).run()
        }
        let transport = RecordingTransport()
        for provider in settings.providers {
            Progress.showing("asking the provider \(String(provider.name))") {
                ProviderCheck(settings: settings, provider: provider, transport: transport, findings: findings).run()
            }
        }
        Progress.showing("asking the session store") {
            StoreCheck(settings: settings, findings: findings).run()
        }
    }
}
