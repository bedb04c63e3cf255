import Basics
import Glibc
import NIOCore
import RelyingParty
import Setup
import Terminal

/// A login that the user completes on any other device (RFC 8628).
struct DeviceLogin {
    let settings: SignInSettings
    let kept: KeptSession
    /// Nil for as long as the code is good.
    let timeout: TimeAmount?

    /// `endEarlier`: comes before the user is asked, once the provider has answered. `keep`: comes after the login; no signal
    /// ends the program in between.
    func run(endEarlier: () throws -> Void, keep: (SignIn) throws -> Void) throws -> SignIn {
        let signIn = try SignIn(settings, kept)
        do throws(Failure) {
            _ = try Progress.showing("asking the provider for a code") { () throws(Failure) in
                try signIn.request.startDeviceLogin(provider: settings.provider)
            }
            // Why it failed, if it did.
            if !signIn.request.isLoginPending, let failure = signIn.request.failure { throw failure }
        } catch {
            throw Refusal(error, asksForCode: true)
        }
        try endEarlier()
        return try Interruption.withheld {
            announce(signIn.request)
            try wait(for: signIn.request)
            if let failure = signIn.request.failure { throw Refusal(failure) }
            try keep(signIn)
            return signIn
        }
    }

    private func announce(_ request: HostRequest) {
        let page = String(request.verificationURI ?? ""), code = String(request.userCode ?? "")
        Output.note("To sign in, open on any device:\n  \(Style.bold.applied(to: page, on: STDERR_FILENO))")
        Output.note("and enter the code:\n  \(Style.bold.applied(to: code, on: STDERR_FILENO))")
        let minutes = max(1, (request.nativeExpiry + 30) / 60)
        Output.note("It is good for \(minutes) minute\(minutes == 1 ? "" : "s").")
        guard let size = Self.terminalSize, let address = request.nativeURL, let picture = QRCode(String(address)),
            picture.lineLength <= size
        else { return }
        Output.note(picture.text(colored: Style.isUsable(on: STDERR_FILENO)))
    }

    /// The characters in a line of the terminal; nil without one.
    private static var terminalSize: Int? {
        var size = winsize()
        guard isatty(STDERR_FILENO) == 1, unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
        // A terminal that does not say has the usual size.
        return size.ws_col == 0 ? 80 : Int(size.ws_col)
    }

    private func wait(for request: HostRequest) throws {
        let end = timeout.map { NIODeadline.now() + $0 }
        try Progress.showing("waiting for the login") {
            while request.isLoginPending {
                let rest = end.map { ($0 - .now()).nanoseconds / 1_000_000 }
                guard rest ?? 1 > 0 else { throw timedOut }
                // The library says when to ask, but a clock that has been set must not make this a busy loop.
                try Interruption.pause(min(max(request.nativeWait, 100), rest ?? .max))
                do throws(Failure) {
                    _ = try request.pollDeviceLogin()
                } catch {
                    throw Refusal(error)
                }
            }
        }
    }

    private var timedOut: Refusal {
        Refusal("nobody signed in within the --timeout: nobody is signed in; run stauth login --device again")
    }
}
