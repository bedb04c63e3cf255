import Stauth

/// The page at every other path.
func front(_ visit: Visit, _ app: App) -> String {
    func claim(_ name: String) -> String { escaped(visit.claim(name) ?? "") }
    let button = #"<button class="button">Log out</button>"#
    let account =
        visit.isLoggedIn
        ? #"<span>\#(claim("email"))</span><form method="post" action="\#(app.logoutPath)">\#(button)</form>"#
        : #"<a class="button" href="\#(app.loginPath)">Log in</a>"#
    let text =
        visit.isLoggedIn
        ? "To \(claim("iss")) you are \(claim("sub")), \(claim("name"))." : "Log in, and this page knows your name."
    return """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Guest book</title>
        <style>
          :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
          body { max-width: 38rem; margin: 0 auto; padding: 0 1.5rem; overflow-wrap: anywhere }
          header { display: flex; gap: 1rem; align-items: center; padding: 1rem 0; border-bottom: 1px solid #8884 }
          header b { flex: 1 }
          form { margin: 0 }
          .button { padding: .5rem 1.2rem; border: 0; border-radius: 8px; background: #2b5fd0; color: #fff }
          .button { font: inherit; text-decoration: none }
        </style>
        <header>
          <b>Guest book</b>
          \(account)
        </header>
        <h1>Hello</h1>
        <p>\(text)</p>
        </html>
        """
}

/// By scalars, because a mark that follows "<" makes it another character.
private func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
}
