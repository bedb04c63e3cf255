import Basics

/// Where a user returns to after a login: a path of this site, with its query.
///
/// Anything that a browser could read as another site is refused, even behind percent-encodings that a proxy or framework
/// on the way might decode.
struct ReturnTarget: Equatable {
    static let longest = 2048
    private static let mostEncodings = 4

    let text: Text
    /// The path without any percent-encoding, however often it was encoded.
    let decodedPath: Text

    /// Nil if `text` is not such a path.
    init?(_ text: Text) {
        guard text.count <= Self.longest, text.isVisibleASCII, !text.contains("#") else { return nil }
        var path = text.splitOnce(at: "?")?.before ?? text
        // A path from a request has complete escapes; decoding them may produce a lone "%".
        guard FormEncoding.decodeComponent(path) != nil else { return nil }
        for _ in 0..<Self.mostEncodings {
            guard Self.staysOnThisSite(path) else { return nil }
            // "%25" in the first round leaves a "%" that begins no escape.
            guard let decoded = Text(validating: FormEncoding.decodePath(path)) else { return nil }
            if decoded == path {
                self.text = text
                decodedPath = path
                return
            }
            path = decoded
        }
        return nil
    }

    /// The path and query of a URL of this site, such as a Referer; nil for other sites.
    init?(_ url: Text, ofSite site: AbsoluteURL) {
        let withoutFragment = url.splitOnce(at: "#")?.before ?? url
        guard let url = AbsoluteURL(withoutFragment), url.origin == site.origin else { return nil }
        let path = url.path.isEmpty ? "/" : url.path
        self.init(url.query.map { "\(path)?\($0)" } ?? path)
    }

    /// "/x", but not "//x" or "/\x": browsers read both as another host. A backslash or a control character anywhere could
    /// be normalised into one of these.
    private static func staysOnThisSite(_ path: Text) -> Bool {
        path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\") && !path.hasControls
    }
}
