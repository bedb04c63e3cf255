import Basics
import Glibc
import NIOCore
import RelyingParty
import Setup
import Terminal

/// A login in the browser of this machine.
struct LoopbackLogin {
    let settings: SignInSettings
    let kept: KeptSession
    /// Nil for a free one.
    let port: UInt16?
    let opensBrowser: Bool
    let timeout: TimeAmount

    /// `endEarlier`: comes before the user is asked, once the provider has answered. `keep`: comes after the login; no signal
    /// ends the program in between.
    func run(endEarlier: () throws -> Void, keep: (SignIn) throws -> Void) throws -> SignIn {
        let listener = try LoopbackListener(port: port)
        defer { listener.close() }
        let signIn = try SignIn(settings, kept, port: listener.port)
        let redirectURI = "http://127.0.0.1:\(listener.port)\(String(LoopbackAddress.path))"
        do throws(Failure) {
            _ = try Progress.showing("asking the provider") { () throws(Failure) in
                try signIn.request.startNativeLogin(provider: settings.provider)
            }
        } catch {
            throw Refusal(error, redirectURI: redirectURI)
        }
        guard let address = signIn.request.nativeURL else { throw Refusal("the provider has no page to sign in") }
        try endEarlier()
        return try Interruption.withheld {
            announce(String(address), redirectURI)
            try wait(for: signIn.request, at: listener, redirectURI)
            listener.close()
            if let failure = signIn.request.failure { throw Refusal(failure, redirectURI: redirectURI) }
            try keep(signIn)
            return signIn
        }
    }

    private func announce(_ address: String, _ redirectURI: String) {
        let isOpen = opensBrowser && Browser.open(address)
        Output.note(
            isOpen ? "Sign in with the browser that opens, or open:" : "To sign in, open in a browser on this machine:")
        Output.note("  \(Style.bold.applied(to: address, on: 2))")
        Output.note(
            Style.faint.applied(to: "If the provider refuses the redirect, register there: \(redirectURI)", on: 2))
        if port == nil {
            Output.note(
                Style.faint.applied(
                    to: "Many take any port there; for others, always sign in with the same --port.", on: 2))
        }
    }

    private func wait(for request: HostRequest, at listener: LoopbackListener, _ redirectURI: String) throws {
        let end = NIODeadline.now() + timeout
        try Progress.showing("waiting for the browser") {
            while request.isLoginPending {
                guard let visit = try listener.next(until: end) else { throw timedOut(redirectURI) }
                do throws(Failure) {
                    _ = try request.nativeCallback(
                        target: Text(visit.target), acceptLanguage: Text(visit.acceptLanguage))
                } catch {
                    visit.answer(status: 500, headers: [], body: "")
                    throw Refusal(error, redirectURI: redirectURI)
                }
                visit.answer(
                    status: request.responseStatus, headers: request.responseHeaders, body: request.responseBody)
                if request.isLoginPending, request.failure != nil { noteOther() }
            }
        }
    }

    private func noteOther() {
        Output.note(
            (isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : "")
                + "A browser came back from another login, which does not count here: open the address above.")
    }

    private func timedOut(_ redirectURI: String) -> Refusal {
        Refusal(
            """
            no browser came back within \(timeout.nanoseconds / 1_000_000_000) s: nobody is signed in
            If the provider's page was an error about the redirect, register \(redirectURI) there, and give stauth login the \
            same --port. Without a browser on this machine, use --device. For more time, use --timeout
            """)
    }
}
