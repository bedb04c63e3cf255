import Basics

/// The page that asks before signing out: a link, which any site can set, must not sign out by itself.
enum LogoutPage {
    static func response(action: Text, home: Text) -> OutgoingResponse {
        let body: Text = """
            <h1>Sign out?</h1>
            <p>You will need to sign in again to come back.</p>
            <form method="post" action="\(HTML.escape(action))">
            <button type="submit">Sign out</button>
            <a class="plain" href="\(HTML.escape(home))">Stay signed in</a>
            </form>
            """
        // The form's answer may lead to the provider and from there on, which form-action would prevent: browsers apply it
        // to redirects as well. Without a referrer, the browser would post the form with the Origin "null", like another
        // site's form.
        return .page(
            HTML.page(title: "Sign out?", body: body), status: 200, referrerPolicy: "same-origin", formsStay: false)
    }
}
