import Basics

extension Pages {
    /// The page that asks before signing out: a link, which any site can set, must not sign out by itself.
    /// `offersEverywhere`: whether on all devices, too.
    func logout(action: Text, offersEverywhere: Bool) -> OutgoingResponse {
        let everywhere: Text =
            offersEverywhere
            ? """
            <button class="quiet" type="submit" name="\(Logout.everywhere)" value="1">\(text(.logoutEverywhereButton))</button>

            """ : ""
        let body: Text = """
            <h1>\(text(.logoutTitle))</h1>
            <p>\(text(.logoutText))</p>
            <form class="actions" method="post" action="\(HTML.escape(action))">
            <button type="submit">\(text(.logoutButton))</button>
            \(everywhere)\(link(.stayLink, to: home))
            </form>
            """
        // The form's answer may lead to the provider and from there on, which form-action would prevent: browsers apply it
        // to redirects as well. Without a referrer, the browser would post the form with the Origin "null", like another
        // site's form.
        return page(.logoutTitle, body, status: 200, referrerPolicy: "same-origin", formsStay: false)
    }

    /// The same for those who are not signed in.
    func signedOut() -> OutgoingResponse {
        let body: Text = """
            <h1>\(text(.signedOutTitle))</h1>
            <p>\(text(.signedOutText))</p>
            \(button(.homeLink, to: home))
            """
        return page(.signedOutTitle, body, status: 200)
    }
}
