import Basics

/// The page for a refused login: what happened, what to do, and a code for support.
enum ErrorPage {
    /// `retry`: a path of this site.
    static func response(for failure: Failure, retry: Text) -> OutgoingResponse {
        let entry = failure.code.entry
        let link = link(for: entry.advice)
        let (title, sentence) = words(for: entry.advice)
        let body: Text = """
            <h1>\(title)</h1>
            <p>\(sentence)</p>
            <a class="button" href="\(HTML.escape(retry))">\(link)</a>
            <small>Code for support: <code>\(HTML.escape(failure.name))</code></small>
            """
        return .page(HTML.page(title: title, body: body), status: entry.httpStatus)
    }

    private static func link(for advice: ErrorCode.Advice) -> StaticString {
        switch advice {
        case .notDone: "Back to the site"
        case .notAllowed: "Use another account"
        default: "Try again"
        }
    }

    private static func words(for advice: ErrorCode.Advice) -> (title: StaticString, sentence: StaticString) {
        switch advice {
        case .tryAgain:
            ("Please sign in again", "Signing in took too long, or it was interrupted. Trying again usually helps.")
        case .startOver:
            (
                "Sign-in failed",
                "This sign-in did not begin in this browser, was already used, or was altered on the way. Please start again."
            )
        case .cancelled:
            (
                "You are not signed in",
                "Signing in was cancelled, or the sign-in service did not allow it. Nothing has changed."
            )
        case .notAllowed:
            (
                "This account may not use this site",
                "You signed in, but that account has no access to this site. Use another account, or ask the site's operator."
            )
        case .signIn:
            (
                "You are not signed in at the sign-in service",
                "This site tried to sign you in without asking you. Sign in at the sign-in service first, then come back."
            )
        case .interact:
            (
                "The sign-in service needs to ask you something",
                "This site asked it not to interrupt you. Open the sign-in service, then come back."
            )
        case .consent:
            (
                "Your consent is needed",
                "The sign-in service may share your identity with this site only after you agree to it there."
            )
        case .chooseAccount:
            (
                "You have more than one account",
                "The sign-in service does not know which of your accounts to use. Choose one there, then come back."
            )
        case .authenticateStronger:
            (
                "This site needs a stronger sign-in",
                "You signed in, but not in the way that this site requires, for example with a second factor."
            )
        case .notDone:
            (
                "Request refused",
                "The request came from another site, or in a way that this address does not accept. Nothing has changed."
            )
        case .signOutFirst:
            (
                "Too many cookies for this site",
                "There is no room for another sign-in. Sign out first, or delete this site's cookies."
            )
        case .askOperator:
            (
                "Sign-in is unavailable",
                "This site's configuration needs attention. If the problem persists, contact the site's operator."
            )
        case .providerTrouble:
            (
                "The sign-in service is not responding",
                "The service that signs you in could not be reached, or sent an invalid response. Please try again soon."
            )
        }
    }
}
