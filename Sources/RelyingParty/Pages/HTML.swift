import Basics
import Settings

/// The common parts of the library's own pages.
enum HTML {
    /// Text escaped for an element or for an attribute in double quotes.
    static func escape(_ text: Text) -> Text {
        var escaped: [UInt8] = []
        for byte in text.bytes {
            switch byte {
            case 0x26: escaped += Text("&amp;").bytes
            case 0x3C: escaped += Text("&lt;").bytes
            case 0x3E: escaped += Text("&gt;").bytes
            case 0x22: escaped += Text("&quot;").bytes
            case 0x27: escaped += Text("&#39;").bytes
            default: escaped.append(byte)
            }
        }
        return Text(wellFormed: escaped)
    }

    /// What surrounds the content of a page. The texts are HTML.
    struct Frame {
        let title: Text
        let header: Text
        let language: PageLanguage
        let accent: AccentColor?

        func page(_ body: Text) -> Text {
            """
            <!DOCTYPE html>
            <html lang="\(language.tag)" dir="\(direction)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title)</title>
            <style>
            \(Self.style)
            \(colors)
            </style>
            </head>
            <body>
            <main>
            \(header)\(body)
            </main>
            </body>
            </html>

            """
        }

        private var direction: StaticString { language.isRightToLeft ? "rtl" : "ltr" }

        private var colors: Text {
            guard let accent else { return "" }
            let text: Text = accent.wantsBlackText ? "#000" : "#fff"
            return ":root { --accent: rgb(\(accent.red) \(accent.green) \(accent.blue)); --on-accent: \(text) }"
        }

        private static var style: StaticString {
            """
            :root { color-scheme: light dark; --accent: #1d4ed8; --on-accent: #fff }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.0625rem/1.5 system-ui, sans-serif;
              background: light-dark(#f3f4f6, #111827); color: light-dark(#111827, #f3f4f6) }
            main { box-sizing: border-box; width: min(28rem, calc(100% - 2rem)); margin: 1rem; padding: 2rem;
              background: light-dark(#fff, #1f2937); border: 1px solid transparent; border-radius: .75rem;
              box-shadow: 0 1px 4px #0004; overflow-wrap: anywhere }
            header { display: flex; align-items: center; gap: .75rem; margin: 0 0 1.5rem; font-weight: 600 }
            header img { max-width: 100%; height: 2.5rem }
            h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25 }
            p { margin: 0 0 1.25rem }
            a.button, button { display: inline-block; border: 1px solid transparent; border-radius: .5rem;
              padding: .625rem 1.125rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
              background: var(--accent); color: var(--on-accent) }
            button.quiet { border-color: currentColor; background: none; color: inherit }
            .account { font-weight: 600 }
            a:focus-visible, button:focus-visible { outline: 3px solid light-dark(#111827, #f3f4f6); outline-offset: 2px }
            ul { display: grid; gap: .75rem; margin: 0; padding: 0; list-style: none }
            li a.button { display: flex; align-items: center; justify-content: center; gap: .625rem }
            .mark { flex: none; width: 1.5rem; line-height: 1.5rem; border-radius: 50%; text-align: center; font-size: .875rem;
              background: var(--on-accent); color: var(--accent) }
            .mark::before { content: attr(data-letter) / "" }
            small { display: block; margin-top: 1.5rem; opacity: .75 }
            a.plain { display: inline-block; margin-top: .75rem; margin-inline-end: 1rem; color: inherit }
            .actions { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1rem }
            .actions a.plain { margin: 0 }
            """
        }
    }
}
