import ArgumentParser
import Basics
import Glibc
import JSON
import NIOCore
import RelyingParty
import Setup
import Terminal

/// `stauth login`: signs this machine's user in.
struct LoginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Sign in on this machine, and print who you are, or an access token.",
        discussion: """
            Signs in with a browser on this machine, or with --device on any other device, and keeps the session until stauth \
            logout. If you are signed in already, it asks nothing. Prints the user as JSON; everything else goes to standard error.

            The provider must know the redirect URI http://127.0.0.1:PORT/oauth2callback; many take any port there.

            Exit codes: 0 if somebody is signed in, 1 if not, 64 for wrong usage. Ctrl-C ends it as it ends other \
            programs; shells then report 130.
            """)

    @Argument(help: "The provider. Default: the default one of the file, or its only one.")
    var provider: String?

    @Option(help: "The file with the settings. Default: .streamlit/secrets.toml, otherwise secrets.toml.")
    var file: String?

    @Flag(help: "Sign in on another device: a phone, or another computer.")
    var device = false

    @Flag(help: "Sign in anew: whoever is signed in is signed out first.")
    var force = false

    @Flag(help: "Print the access token instead of the user. It is refreshed when it has expired.")
    var accessToken = false

    @Option(help: "The port that the browser comes back to. Default: a free one.")
    var port: UInt16?

    @Flag(help: "Print the address, but open no browser.")
    var noBrowser = false

    @Option(help: "Seconds to wait for the login. Default: 180; with --device, as long as the code is good.")
    var timeout: Int64?

    @Option(help: "Where to keep the secret of the session: keyring or file. Default: the keyring, if there is one.")
    var store: KeepingPlace?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...86_400).contains(timeout ?? 1) else { throw ValidationError("--timeout is 1 to 86400 seconds") }
        guard port != 0 else { throw ValidationError("--port is 1 to 65535") }
        guard !device || (port == nil && !noBrowser) else {
            throw ValidationError("--port and --no-browser are for a login with a browser, not for --device")
        }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let settings = try SignInSettings(file: file, provider: provider)
        // Who chooses the file may do so because the keyring hangs.
        let patience = force && store == .file ? Keyring.littlePatience : Keyring.patience
        let keeper = try SessionKeeper(settings, patience: patience)
        if !force, try keeper.locked({ try reuse(settings, keeper) }) { return }
        guard !accessToken || isatty(STDERR_FILENO) == 1 else {
            throw Refusal("nobody is signed in, and there is no terminal to ask: run stauth login first")
        }
        try keeper.prepare()
        let signIn = try signIn(settings, keeper)
        guard accessToken else { return try printUser(signIn) }
        // From what is kept: another command may have refreshed it since, and this one may have to.
        guard try keeper.locked({ try reuse(settings, keeper, isNew: true) }) else {
            throw Refusal("nobody is signed in any more: run stauth login again")
        }
    }

    // MARK: - Who is signed in already

    /// Whether somebody is signed in already, and has been printed. `isNew`: just now.
    private func reuse(_ settings: SignInSettings, _ keeper: SessionKeeper, isNew: Bool = false) throws -> Bool {
        guard let kept = try keeper.load() else { return false }
        let signIn = try SignIn(settings, kept)
        var token: HostRequest.AccessToken?
        var failure: Failure?
        if signIn.request.isLoggedIn {
            do throws(Failure) {
                token = try Progress.showing("refreshing the access token") { () throws(Failure) in
                    try signIn.request.accessToken()
                }
            } catch {
                failure = error
            }
        }
        let isLoggedIn = signIn.request.isLoggedIn
        // Also after a failure, which may have ended the session.
        try signIn.save(with: keeper)
        guard isLoggedIn else {
            Output.note("The session that was kept here has ended.")
            return false
        }
        if accessToken {
            if let failure { return try cannotRefresh(failure, isNew) }
            try printToken(token)
        } else {
            if let failure, failure.isOutage {
                Output.note("Not refreshed, so this may be old: \(failure.forPeople)")
            }
            try printUser(signIn)
        }
        return true
    }

    /// A new login gives a new token, if somebody can be asked; an outage of the provider ends by itself.
    private func cannotRefresh(_ failure: Failure, _ isNew: Bool) throws -> Bool {
        guard !isNew, !failure.isOutage, isatty(STDERR_FILENO) == 1 else { throw Refusal(failure) }
        Output.note(failure.forPeople)
        return false
    }

    // MARK: - A new login

    /// Signed in, and kept.
    private func signIn(_ settings: SignInSettings, _ keeper: SessionKeeper) throws -> SignIn {
        if store == .keyring, !Keyring.isThere { throw Refusal("\(Keyring.missing): use --store file") }
        let place = store ?? (Keyring.isThere ? .keyring : .file)
        let kept = KeptSession(secret: try KeptSession.newSecret(), session: [], place: place)
        let time = timeout.map { TimeAmount.seconds($0) }
        let endEarlier = { try endEarlierLogin(settings, keeper) }
        do {
            guard !device else {
                return try DeviceLogin(settings: settings, kept: kept, timeout: time)
                    .run(endEarlier: endEarlier) { try keep($0, with: keeper) }
            }
            return try LoopbackLogin(
                settings: settings, kept: kept, port: port, opensBrowser: !noBrowser, timeout: time ?? .seconds(180)
            ).run(endEarlier: endEarlier) { try keep($0, with: keeper) }
        } catch let interrupted as Interrupted {
            // While it waited for its user, or before: there are no tokens.
            Interruption.giveUp(interrupted.number)
        }
    }

    /// Signs out what the new login replaces. Not later: a provider may end all that a user has allowed a client along with
    /// one token of it, and so the new login.
    private func endEarlierLogin(_ settings: SignInSettings, _ keeper: SessionKeeper) throws {
        guard let ended = try keeper.locked({ try EndedLogin(settings, keeper) }) else { return }
        if ended.leavesTokens { Output.note("The earlier login has ended. \(ended.sentence)") }
        try Interruption.check()
    }

    /// A session that cannot be kept ends: nobody would know of its tokens any more. Signals are withheld.
    private func keep(_ signIn: SignIn, with keeper: SessionKeeper) throws {
        guard signIn.request.isLoggedIn else { throw Refusal("the provider signed nobody in: run stauth login again") }
        var kept = signIn.kept
        do {
            try Interruption.check()
            try keeper.locked {
                // The tokens of that login would be nobody's.
                guard keeper.isEmpty else {
                    throw Refusal("another stauth has signed in meanwhile: to replace its login, use --force")
                }
                do {
                    try keeper.save(kept, isNew: true)
                } catch let refusal as Refusal where kept.place == .keyring && store == nil {
                    Output.note("\(refusal)\nThe secret of the session is in a file instead.")
                    kept.place = .file
                    try keeper.save(kept, isNew: true)
                }
            }
        } catch let interrupted as Interrupted {
            Interruption.giveUp(interrupted.number) { _ = signIn.end() }
        } catch {
            _ = signIn.end()
            throw Refusal("\(error)\nThe login cannot be kept, so it has ended again.")
        }
    }

    // MARK: - Results

    private func printUser(_ signIn: SignIn) throws { Output.line(try signIn.user()) }

    private func printToken(_ token: HostRequest.AccessToken?) throws {
        guard let token else { throw Refusal("there is no access token: sign in again with stauth login --force") }
        guard output.json else { return Output.line(String(token.text)) }
        var object = JSONObject()
        object["access_token"] = .string(token.text)
        if let expiry = token.expiry { object["expires_at"] = .integer(expiry) }
        object["scope"] = .string(token.scope)
        Output.line(object.encoded().map { VisibleJSON.text(String($0)) } ?? "{}")
    }
}

extension KeepingPlace: ExpressibleByArgument {}
