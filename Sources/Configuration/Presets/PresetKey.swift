import Basics
import OpenIDConnect

/// A key from which a preset makes the provider's URLs.
struct PresetKey: Sendable {
    let name: Text
    /// The default; nil for a required key.
    let standard: Text?
    /// A valid value, for messages.
    let example: Text
    /// The problem with a value; nil for a valid one.
    fileprivate let check: @Sendable (Text) -> Bool
    /// Continues "must be".
    fileprivate let rule: Text

    static var all: [Text] { ["domain", "tenant", "realm", "authorization_server", "user_pool_id"] }

    /// The provider's address: a host name with or without a port, or a URL with its scheme. `hasPath`: whether the provider
    /// may be below a path of its host.
    static func domain(_ standard: Text? = nil, example: Text, hasPath: Bool = false) -> PresetKey {
        PresetKey(
            name: "domain", standard: standard, example: example,
            check: { text in
                guard let url = AbsoluteURL(PresetValues.origin(of: text)) else { return false }
                return (url.isSecure || url.isLoopback) && url.query == nil && (hasPath || url.path.isEmpty)
                    && !url.path.hasSuffix("/")
            }, rule: hasPath ? "a host name, with a path if the provider has one" : "a host name")
    }

    static func oneOf(_ name: Text, _ values: [Text], standard: Text) -> PresetKey {
        PresetKey(
            name: name, standard: standard, example: standard, check: { values.contains($0) },
            rule: values.joined(with: " or "))
    }

    /// A path segment.
    static func segment(_ name: Text, standard: Text? = nil, example: Text) -> PresetKey {
        PresetKey(
            name: name, standard: standard, example: example,
            check: { $0.bytes.allSatisfy(FormEncoding.isUnreserved) && !$0.isEmpty && $0 != "." && $0 != ".." },
            rule: "letters, digits, \"-\", \".\", \"_\" and \"~\"")
    }

    static func checked(
        _ name: Text, standard: Text? = nil, example: Text, rule: Text, _ check: @escaping @Sendable (Text) -> Bool
    ) -> PresetKey {
        PresetKey(name: name, standard: standard, example: example, check: check, rule: rule)
    }
}

/// The keys of a preset in a section.
struct PresetValues {
    private let section: Section
    private let values: [(name: Text, value: Text)]

    /// Reports a problem, and substitutes a valid value, which causes no further messages.
    init(_ keys: [PresetKey], _ section: Section) {
        self.section = section
        values = keys.map { ($0.name, Self.read($0, section)) }
    }

    private static func read(_ key: PresetKey, _ section: Section) -> Text {
        guard section.has(key.name) else {
            if let standard = key.standard { return standard }
            section.report(key.name, "is missing; it is \(key.rule), such as \"\(key.example)\"")
            return key.example
        }
        guard let text = section.text(key.name) else { return key.example }
        guard key.check(text) else {
            section.report(key.name, "must be \(key.rule), such as \"\(key.example)\"")
            return key.example
        }
        return text
    }

    /// The value of a key that the preset accepts.
    subscript(name: Text) -> Text { values.first { $0.name == name }?.value ?? "" }

    /// The URL for `domain`, without a "/" at its end.
    var origin: Text { Self.origin(of: self["domain"]) }

    fileprivate static func origin(of domain: Text) -> Text {
        domain.hasPrefix("https://") || domain.hasPrefix("http://") ? domain : "https://" + domain
    }

    /// Whether the section has this key, of any kind.
    func has(_ key: Text) -> Bool { section.has(key) }

    /// The scope of client_kwargs, or `standard` if it has none.
    func scope(or standard: Text) -> Text {
        guard case .table(let entries)? = section["client_kwargs"]?.value, let scope = entries["scope"],
            case .text(let text) = scope.value
        else { return standard }
        return text
    }
}
