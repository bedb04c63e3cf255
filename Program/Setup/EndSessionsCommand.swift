import ArgumentParser
import Basics
import JSON
import RelyingParty
import Settings
import Terminal

/// `stauth end-sessions`: signs users out, in every process that has the store.
struct EndSessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end-sessions", abstract: "End the sessions of a user in the session store.",
        discussion: """
            SELECTOR is the JSON object that st_app_end_sessions() takes, such as {"provider": "google", "sub": "1234"}: sub \
            or sid, with provider or iss.

            Exit codes: 0 if the sessions have ended, 1 if not, 64 for wrong usage.
            """)

    @Argument(
        help: "Whose sessions: {\"provider\": NAME, \"sub\": ID}, with iss in place of provider, sid in place of sub.")
    var selector: String

    @Option(help: "The file with the settings. Default: .streamlit/secrets.toml, otherwise secrets.toml.")
    var settings: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        let settings = try SettingsFile(named: settings).loaded()
        guard case .redis = settings.store else { throw Refusal(Self.unshared) }
        guard JSONObject(parsing: Array(selector.utf8))?["all"] == nil else {
            throw Refusal(
                "a store has no list of all sessions: change cookie_secret, which ends every session, or name a user with sub"
            )
        }
        let application = try SharedApplication.of(settings)
        do throws(Failure) {
            try Progress.showing("asking the session store") { () throws(Failure) in
                try application.endSessions(Text(selector))
            }
        } catch {
            throw Refusal(
                error.code == .sessionEndNotRemembered
                    ? "the session store did not answer as it should: sessions may go on; run stauth check, then try again"
                    : error.forPeople)
        }
        var object = JSONObject()
        object["ended"] = .bool(true)
        let text = "Ended: each process that uses this store refuses those sessions from their next request on."
        Output.line(output.json ? object.encoded().map { String($0) } ?? "{}" : text)
    }

    private static let unshared = """
        sessions are not in a store that several processes share, so this one cannot end them: set session_store = "redis" \
        (docs/sessions.md), or call st_app_end_sessions() in the application
        """
}
