import ArgumentParser
import Basics
import Cookies
import Cryptography
import Environment
import JSON
import Redis
import RelyingParty
import Session
import Settings
import Terminal

/// `stauth cookie`: what a session's cookie says.
struct CookieCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cookie", abstract: "Explain a session's cookie, given secrets.toml.",
        discussion: """
            Reads a Cookie header, as a browser's developer tools show it, or cookies as NAME=VALUE. Who has such a cookie is \
            signed in as its user: do not pass it on.

            Exit codes: 0 if the session counts, 1 if it does not, 64 for wrong usage.
            """)

    @Argument(help: "The file with the cookies. Default: standard input.")
    var cookies: String?

    @Option(help: "The file with the settings. Default: .streamlit/secrets.toml, otherwise secrets.toml.")
    var settings: String?

    @Option(
        parsing: .upToNextOption, help: "The tokens to print: id_token, access_token, refresh_token. Without it, none.")
    var showTokens: [TokenName] = []

    @OptionGroup var output: OutputOptions

    enum TokenName: String, ExpressibleByArgument, CaseIterable {
        case idToken = "id_token"
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
    }

    func run() throws {
        let settings = try SettingsFile(named: settings).loaded()
        if case .memory = settings.store { throw Refusal(Self.unshared) }
        let header = try CookieInput.read(cookies)
        let log = StoreLog()
        let application = try SharedApplication.of(settings, log: log)
        let explanation = try CookieExplanation(settings: settings, header: header, application: application, log: log)
        explanation.print(asJSON: output.json, tokens: showTokens)
        if !explanation.counts { throw ExitCode.failure }
    }

    private static let unshared = """
        sessions are in the memory of the application's process (session_store = "memory"), which no other process can \
        read: ask the application
        """
}

/// An application that reads the sessions of others.
enum SharedApplication {
    static func of(_ settings: Settings, log: (any EventLog)? = nil) throws -> Application {
        var store: (any SessionStore)?
        if case .redis(let redis) = settings.store { store = RedisStore(redis) }
        do throws(Failure) {
            return try Application(
                settings: settings,
                environment: Environment(
                    clock: SystemClock(), random: SystemRandomSource(), log: log, transport: RecordingTransport(),
                    store: store))
        } catch {
            throw Refusal(error.forPeople)
        }
    }
}

extension SettingsFile {
    /// The settings, or a refusal that says what to do.
    func loaded() throws -> Settings {
        do throws(Failure) {
            return try settings()
        } catch {
            throw Refusal("\(String(error.message))\nFor more, run: stauth check --offline \(path)")
        }
    }
}
