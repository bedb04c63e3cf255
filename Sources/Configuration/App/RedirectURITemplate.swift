import Basics

/// redirect_uri as written in [auth] or in a provider's own section, where `{provider}` stands for the provider's name.
struct RedirectURITemplate {
    static var key: Text { "redirect_uri" }
    private static var placeholder: Text { "{provider}" }
    private static var example: Text { "\"https://app.example.com/oauth2callback\"" }

    private let section: Section
    /// `{port}` is filled in.
    private let text: Text

    /// Nil if a problem was reported.
    init?(_ section: Section, auth: Section) {
        guard section.has(Self.key) else {
            section.report(
                Self.key, "is missing; write the address registered with the provider, such as \(Self.example)")
            return nil
        }
        guard let written = section.text(Self.key), let text = Self.fillPort(written, auth) else { return nil }
        self.section = section
        self.text = text
    }

    /// The address for one provider; nil if a problem was reported.
    func uri(of provider: Text) -> AbsoluteURL? {
        guard let uri = AbsoluteURL(text.replacing(Self.placeholder, with: provider)) else {
            return refuse("must be an absolute URL, such as \(Self.example)")
        }
        guard uri.isSecure || uri.isLoopback else {
            return refuse("must begin with https://; http:// is only for localhost, where nobody can listen in")
        }
        guard uri.query == nil else { return refuse("must have no \"?\"; remove what begins there") }
        guard SitePath.isUsable(uri.path) else {
            return refuse("must have a path of its own, such as /oauth2callback, \(SitePath.rule)")
        }
        return uri
    }

    /// Whether the provider's name can stand where `{provider}` is.
    func takes(_ provider: Text) -> Bool {
        !text.contains(text: Self.placeholder) || SitePath.isUsable(part: provider)
    }

    /// The path without `{provider}` and then without its last part: where the host's pages live. "" at the root.
    var basePath: Text {
        guard let uri = AbsoluteURL(text.replacing(Self.placeholder, with: "")) else { return "" }
        let parts = uri.path.split(at: "/").filter { !$0.isEmpty }
        return parts.dropLast().map { "/" + $0 }.joined(with: "")
    }

    private func refuse(_ sentence: Text) -> AbsoluteURL? {
        section.report(Self.key, sentence)
        return nil
    }

    /// Puts the port where the address says {port}, as Streamlit does for several apps on one machine.
    private static func fillPort(_ written: Text, _ auth: Section) -> Text? {
        let placeholder: Text = "{port}"
        guard written.contains(text: placeholder) else { return written }
        guard let port = auth.integer("port", in: ports) else {
            // A port that is wrong has been reported.
            if !auth.has("port") {
                auth.report(
                    "port", "is missing, and redirect_uri has {port}; write where the app listens: port = 8501")
            }
            return nil
        }
        return written.replacing(placeholder, with: Text(port))
    }

    static let ports: ClosedRange<Int64> = 1...65_535
}
