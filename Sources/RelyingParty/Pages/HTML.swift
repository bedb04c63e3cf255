import Basics

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

    /// A small page. `body` is HTML, with all outside text already escaped.
    static func page(title: StaticString, body: Text) -> Text {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        <style>
        :root { color-scheme: light dark }
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.0625rem/1.5 system-ui, sans-serif;
          background: light-dark(#f3f4f6, #111827); color: light-dark(#111827, #f3f4f6) }
        main { box-sizing: border-box; width: min(28rem, calc(100% - 2rem)); margin: 1rem; padding: 2rem;
          background: light-dark(#fff, #1f2937); border-radius: .75rem; box-shadow: 0 1px 4px #0004 }
        h1 { margin: 0 0 .75rem; font-size: 1.375rem; line-height: 1.25 }
        p { margin: 0 0 1.25rem }
        a.button, button { display: inline-block; border: 0; border-radius: .5rem; padding: .625rem 1.125rem; font: inherit;
          font-weight: 600; text-decoration: none; cursor: pointer; background: #1d4ed8; color: #fff }
        a.button:focus-visible, button:focus-visible { outline: 3px solid light-dark(#1d4ed8, #93c5fd);
          outline-offset: 2px }
        ul { display: grid; gap: .75rem; margin: 0; padding: 0; list-style: none }
        li a.button { display: block; text-align: center; overflow-wrap: anywhere }
        small { display: block; margin-top: 1.5rem; opacity: .75 }
        a.plain { margin-left: 1rem; color: inherit }
        </style>
        </head>
        <body>
        <main>
        \(body)
        </main>
        </body>
        </html>

        """
    }
}
