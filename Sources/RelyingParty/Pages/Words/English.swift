extension Words {
    static let english: StaticString = """
        Please sign in again
        Signing in took too long, or it was interrupted. Trying again usually helps.
        Sign-in failed
        This sign-in did not begin in this browser, was already used, or was altered on the way. Please start again.
        You are not signed in
        Signing in was cancelled, or the sign-in service did not allow it. Nothing has changed.
        This account may not use this site
        You signed in, but that account has no access to this site. Use another account, or ask the site's operator.
        You are not signed in at the sign-in service
        This site tried to sign you in without asking you. Sign in at the sign-in service first, then come back.
        The sign-in service needs to ask you something
        This site asked it not to interrupt you. Open the sign-in service, then come back.
        Your consent is needed
        The sign-in service may share your identity with this site only after you agree to it there.
        You have more than one account
        The sign-in service does not know which of your accounts to use. Choose one there, then come back.
        This site needs a stronger sign-in
        You signed in, but not in the way that this site requires, for example with a second factor. Set that up at the sign-in service, then try again.
        Please sign in
        You are not signed in, or your session has ended. Sign in, then repeat what you were doing.
        This site needs a new sign-in
        The sign-in service used an earlier sign-in instead of asking you again. Sign out there, then try again.
        Request refused
        The request came from another site, or in a way that this address does not accept. Nothing has changed.
        Too many cookies for this site
        There is no room for another sign-in. Sign out first, or delete this site's cookies.
        Sign-in is unavailable
        This site's configuration needs attention. If the problem persists, contact the site's operator.
        The sign-in service is not responding
        The service that signs you in could not be reached, or sent an invalid response. Please try again soon.
        Try again
        Back to the site
        Use another account
        Sign in another way
        Code for support:
        Sign in
        Choose the account to sign in with.
        Continue with {}
        Sign out?
        You will need to sign in again to come back.
        Sign out
        Stay signed in
        You are not signed in
        There is nothing to sign out of.
        """
}
