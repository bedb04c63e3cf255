import Basics
import Provider
import Settings

/// The page that asks which provider to sign in with.
enum ChooserPage {
    /// A choice, and the path of this site that begins the login there.
    private struct Choice {
        let name: Text
        let path: Text
    }

    private static func response(_ choices: [Choice]) -> OutgoingResponse {
        // Links, because each leads to another site, and the page's policy allows no form to lead there.
        let items = choices.map { choice -> Text in
            """
            <li><a class="button" href="\(HTML.escape(choice.path))">Continue with \(HTML.escape(choice.name))</a></li>
            """
        }
        let body: Text = """
            <h1>Sign in</h1>
            <p>Choose the account to sign in with.</p>
            <ul role="list">
            \(items.joined(with: "\n"))
            </ul>
            """
        return .page(HTML.page(title: "Sign in", body: body), status: 200)
    }

    /// For a login that names no provider.
    static func response(
        _ providers: Providers, on site: Site, returnTarget: Text, loginHint: Text?
    ) -> OutgoingResponse {
        response(
            providers.all.map { provider in
                let hint = loginHint.map { [FormEncoding.Field("login_hint", $0)] } ?? []
                return Choice(
                    name: provider.settings.displayName,
                    path: site.loginPath(
                        with: [.init("provider", provider.name), .init("return_to", returnTarget)] + hint))
            })
    }
}
