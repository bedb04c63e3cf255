import Basics

/// redirect_uri as written in [auth] or in a provider's own section, where `{provider}` stands for the provider's name.
struct RedirectURITemplate {
    static var key: Text { "redirect_uri" }
    private static var placeholder: Text { "{provider}" }
    fileprivate static var example: Text { "\"https://app.example.com/oauth2callback\"" }

    fileprivate let section: Section
    /// With `{port}` filled in.
    fileprivate let text: Text

    /// The URL for one provider; nil if a problem was reported.
    func uri(of provider: Text) -> AbsoluteURL? {
        guard let uri = AbsoluteURL(text.replacing(Self.placeholder, with: provider)) else {
            return refuse("must be an absolute URL, such as \(Self.example)")
        }
        guard uri.isSecure || uri.isLoopback else {
            return refuse("must begin with https://; http:// is only for localhost, where nobody can listen in")
        }
        guard uri.query == nil else { return refuse("must have no query; remove everything from \"?\" on") }
        guard SitePath.isUsable(uri.path) else {
            return refuse("must have a path, such as /oauth2callback, \(SitePath.rule)")
        }
        return uri
    }

    /// Whether the provider's name can replace `{provider}`.
    func takes(_ provider: Text) -> Bool {
        !text.contains(text: Self.placeholder) || SitePath.isUsable(part: provider)
    }

    /// The path without `{provider}` and then without its last segment: where the host's pages are. "" at the root.
    var basePath: Text {
        guard let uri = AbsoluteURL(text.replacing(Self.placeholder, with: "")) else { return "" }
        let parts = uri.path.split(at: "/").filter { !$0.isEmpty }
        return parts.dropLast().map { "/" + $0 }.joined(with: "")
    }

    private func refuse(_ sentence: Text) -> AbsoluteURL? {
        section.report(Self.key, sentence)
        return nil
    }
}

/// Reads redirect_uri of [auth] or of a provider's own section.
struct RedirectURIReader {
    static let ports: ClosedRange<Int64> = 1...65_535

    private let section: Section
    private let auth: Section

    init(_ section: Section, auth: Section) {
        self.section = section
        self.auth = auth
    }

    /// Nil if a problem was reported.
    func read() -> RedirectURITemplate? {
        let key = RedirectURITemplate.key
        guard section.has(key) else {
            section.report(
                key,
                "is missing; write the address registered with the provider, such as \(RedirectURITemplate.example)")
            return nil
        }
        return section.text(key).flatMap(fillPort).map { RedirectURITemplate(section: section, text: $0) }
    }

    /// Replaces {port} with the port, as Streamlit does for several apps on one machine.
    private func fillPort(_ written: Text) -> Text? {
        let placeholder: Text = "{port}"
        guard written.contains(text: placeholder) else { return written }
        guard let port = auth.integer("port", in: Self.ports) else {
            // A wrong port has already been reported.
            if !auth.has("port") {
                auth.report(
                    "port", "is missing, but redirect_uri contains {port}; write the app's port, such as port = 8501")
            }
            return nil
        }
        return written.replacing(placeholder, with: Text(port))
    }
}
