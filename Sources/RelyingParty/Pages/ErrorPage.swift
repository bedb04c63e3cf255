import Basics

extension Pages {
    /// The page for a refused login: what happened, what to do, and a code for support. `retry`: a path of this site.
    func error(_ failure: Failure, retry: Text) -> OutgoingResponse {
        let (title, sentence) = phrases(for: failure.advice)
        let body: Text = """
            <h1>\(text(title))</h1>
            <p>\(text(sentence))</p>
            <div class="actions">
            \(button(linkPhrase(for: failure.advice), to: retry))
            \(otherWays(besides: retry))
            </div>
            <small>\(text(.codeForSupport)) <code>\(HTML.escape(failure.name))</code></small>
            """
        return page(title, body, status: failure.code.entry.httpStatus)
    }

    private func linkPhrase(for advice: ErrorCode.Advice) -> Phrase {
        switch advice {
        case .notDone: .homeLink
        case .notAllowed: .otherAccountLink
        default: .retryLink
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
        case .notDone: (.notDoneTitle, .notDoneText)
        case .signOutFirst: (.signOutFirstTitle, .signOutFirstText)
        case .askOperator: (.askOperatorTitle, .askOperatorText)
        case .providerTrouble: (.providerTroubleTitle, .providerTroubleText)
        }
    }
}
