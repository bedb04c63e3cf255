import Basics

extension Pages {
    /// The page for a refused login: what happened, what to do, and a code for support. `retry`: a path of this site.
    func error(
        _ failure: Failure, retry: Text, account: RefusedAccount = RefusedAccount()
    ) -> OutgoingResponse {
        let (title, sentence) = phrases(for: failure.advice)
        let name = account.name.map { "<p class=\"account\"><bdi>\(HTML.escape($0))</bdi></p>\n" as Text }
        let ways: Text = """
            <div class="actions">
            \(wayOn(after: failure.advice, retry: retry))
            \(account.logout.map(form) ?? "")\(otherWays(besides: retry))
            </div>
            """
        let body: Text = """
            <h1>\(text(title))</h1>
            \(name ?? "")<p>\(text(sentence))</p>
            \(hasSite ? ways : "")
            <small>\(text(.codeForSupport)) <code>\(HTML.escape(failure.name))</code></small>
            """
        // As on the page that asks before signing out.
        return page(
            title, body, status: failure.code.entry.httpStatus,
            referrerPolicy: account.logout == nil ? "no-referrer" : "same-origin", formsStay: account.logout == nil)
    }

    /// A button that signs out at the provider.
    private func form(_ logout: ProviderLogoutForm) -> Text {
        """
        <form method="post" action="\(HTML.escape(logout.path))">
        <input type="hidden" name="provider" value="\(HTML.escape(logout.provider))">
        <button class="quiet" type="submit">\(text(.logoutButton))</button>
        </form>

        """
    }

    private func wayOn(after advice: ErrorCode.Advice, retry: Text) -> Text {
        switch advice {
        case .notDone: button(.homeLink, to: retry)
        case .notAllowed: button(.otherAccountLink, to: retry)
        case .needsLogin: button(.chooserTitle, to: retry)
        case .signOutFirst: button(.logoutButton, to: logout)
        default: button(.retryLink, to: retry)
        }
    }

    /// Links to other providers and home.
    private func otherWays(besides retry: Text) -> Text {
        let others = chooser.map { link(.otherProvidersLink, to: $0) } ?? ""
        return retry == home ? others : "\(others)\(link(.homeLink, to: home))"
    }

    private func phrases(for advice: ErrorCode.Advice) -> (title: Phrase, sentence: Phrase) {
        switch advice {
        case .tryAgain: (.tryAgainTitle, .tryAgainText)
        case .startOver: (.startOverTitle, .startOverText)
        case .cancelled: (.cancelledTitle, .cancelledText)
        case .notAllowed: (.notAllowedTitle, .notAllowedText)
        case .signIn: (.signInTitle, .signInText)
        case .interact: (.interactTitle, .interactText)
        case .consent: (.consentTitle, .consentText)
        case .chooseAccount: (.chooseAccountTitle, .chooseAccountText)
        case .authenticateStronger: (.authenticateStrongerTitle, .authenticateStrongerText)
        case .needsLogin: (.needsLoginTitle, .needsLoginText)
        case .authenticateAnew: (.authenticateAnewTitle, .authenticateAnewText)
        case .notDone: (.notDoneTitle, .notDoneText)
        case .signOutFirst: (.signOutFirstTitle, .signOutFirstText)
        case .askOperator: (.askOperatorTitle, .askOperatorText)
        case .providerTrouble: (.providerTroubleTitle, .providerTroubleText)
        }
    }
}
