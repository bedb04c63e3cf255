extension Words {
    static let english: StaticString = """
        tryAgainTitle: Please sign in again
        tryAgainText: Signing in took too long, or it was interrupted. Trying again usually helps.
        startOverTitle: Sign-in failed
        startOverText: This sign-in did not begin in this browser, was already used, or was altered on the way. Please start again.
        cancelledTitle: You are not signed in
        cancelledText: Signing in was cancelled, or the sign-in service did not allow it. Nothing has changed.
        notAllowedTitle: This account may not use this site
        notAllowedText: You signed in, but that account has no access to this site. Use another account, or ask the site's operator.
        signInTitle: You are not signed in at the sign-in service
        signInText: This site tried to sign you in without asking you. Sign in at the sign-in service first, then come back.
        interactTitle: The sign-in service needs to ask you something
        interactText: This site asked it not to interrupt you. Open the sign-in service, then come back.
        consentTitle: Your consent is needed
        consentText: The sign-in service may share your identity with this site only after you agree to it there.
        chooseAccountTitle: You have more than one account
        chooseAccountText: The sign-in service does not know which of your accounts to use. Choose one there, then come back.
        authenticateStrongerTitle: This site needs a stronger sign-in
        authenticateStrongerText: You signed in, but not in the way that this site requires, for example with a second factor. Set that up at the sign-in service, then try again.
        needsLoginTitle: Please sign in
        needsLoginText: You are not signed in, or your session has ended. Sign in, then repeat what you were doing.
        authenticateAnewTitle: This site needs a new sign-in
        authenticateAnewText: The sign-in service used an earlier sign-in instead of asking you again. Sign out there, then try again.
        notDoneTitle: Request refused
        notDoneText: The request came from another site, or in a way that this address does not accept. Nothing has changed.
        signOutFirstTitle: Too many cookies for this site
        signOutFirstText: There is no room for another sign-in. Sign out first, or delete this site's cookies.
        askOperatorTitle: Sign-in is unavailable
        askOperatorText: This site's configuration needs attention. If the problem persists, contact the site's operator.
        providerTroubleTitle: The sign-in service is not responding
        providerTroubleText: The service that signs you in could not be reached, or sent an invalid response. Please try again soon.
        retryLink: Try again
        homeLink: Back to the site
        otherAccountLink: Use another account
        otherProvidersLink: Sign in another way
        codeForSupport: Code for support:
        chooserTitle: Sign in
        chooserText: Choose the account to sign in with.
        providerLink: Continue with {}
        logoutTitle: Sign out?
        logoutText: You will need to sign in again to come back.
        logoutButton: Sign out
        stayLink: Stay signed in
        signedOutTitle: You are not signed in
        signedOutText: There is nothing to sign out of.
        logoutEverywhereButton: Sign out everywhere
        signedInTitle: You are signed in
        signedInText: You can close this window.
        """
}
