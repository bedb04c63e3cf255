import Basics
import Provider
import Settings

extension Pages {
    /// The page that asks which provider to sign in with. `path`: of this site, where the login there begins.
    func chooser(_ providers: [Provider], path: (Provider) -> Text) -> OutgoingResponse {
        // Links, because each leads to another site, and the page's policy allows no form to lead there.
        let items = providers.map { provider -> Text in
            let name = provider.settings.displayName
            return """
                <li><a class="button" href="\(HTML.escape(path(provider)))"><span class="mark" \
                data-letter="\(HTML.escape(mark(of: name)))"></span><span>\(linkText(name))</span></a></li>
                """
        }
        let body: Text = """
            <h1>\(text(.chooserTitle))</h1>
            <p>\(text(.chooserText))</p>
            <ul role="list">
            \(items.joined(with: "\n"))
            </ul>
            \(link(.homeLink, to: home))
            """
        return page(.chooserTitle, body, status: 200)
    }

    private func linkText(_ name: Text) -> Text {
        text(.providerLink).replacing("{}", with: "<bdi>\(HTML.escape(name))</bdi>")
    }

    /// The first character of the name: no provider's own logo, which would be a trademark.
    private func mark(of name: Text) -> Text {
        let length = name.bytes.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count
        return Text(wellFormed: name.bytes.prefix(length + 1))
    }
}
