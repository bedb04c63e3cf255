import Basics

/// The page for a login that was refused: what happened, what to do, and a code for those who can help.
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
                "Signing in did not work",
                "This sign-in was not begun in this browser, was already used, or was changed on the way. Please start again."
            )
        case .cancelled:
            (
                "You are not signed in",
                "Signing in was cancelled, or the sign-in service did not allow it. Nothing has changed."
            )
        case .notAllowed:
            (
                "This account may not use this site",
                "You have signed in, but this site is not open to that account. Sign in with another, or ask whoever runs it."
            )
        case .signIn:
            (
                "You are not signed in at the sign-in service",
                "This site asked the sign-in service who you are without disturbing you. Sign in there first, then come back."
            )
        case .interact:
            (
                "The sign-in service needs to ask you something",
                "This site asked it not to show you anything, so it could not. Open the sign-in service, then come back."
            )
        case .consent:
            (
                "Your consent is needed",
                "The sign-in service may tell this site who you are only after you have agreed to it there."
            )
        case .chooseAccount:
            (
                "You have more than one account",
                "The sign-in service does not know which of your accounts to use. Choose one there, then come back."
            )
        case .authenticateStronger:
            (
                "This site needs a stronger sign-in",
                "You have signed in, but not in the way that this site asks for, such as with a second factor."
            )
        case .notDone:
            (
                "This was not done",
                "The request came from another site, or in a way that this address does not take. Nothing has changed."
            )
        case .signOutFirst:
            (
                "This browser keeps too much for this site",
                "There is no room for another sign-in. Sign out first, or delete the cookies of this site."
            )
        case .askOperator:
            (
                "Signing in is not possible right now",
                "Something in the setup of this site needs attention. If it stays like this, tell whoever runs the site."
            )
        case .providerTrouble:
            (
                "The sign-in service does not answer",
                "The service that signs you in could not be reached, or its answer made no sense. Please try again soon."
            )
        }
    }
}
