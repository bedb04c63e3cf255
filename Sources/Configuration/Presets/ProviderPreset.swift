import Basics

/// What is known about a provider, so `provider = "google"`, client_id and client_secret are a complete section.
///
/// A preset says nothing that could not be written in the section: it has entries for keys that the section does not
/// have. docs/providers.md describes each one; a test holds the two together.
struct ProviderPreset: Sendable {
    let name: Text
    /// The keys from which it makes its URLs, such as `domain`.
    let keys: [PresetKey]
    private let defaults: @Sendable (PresetValues) -> [Default]

    /// A key and its default.
    typealias Default = (key: Text, value: ConfigurationValue)

    init(_ name: Text, keys: [PresetKey] = [], _ defaults: @escaping @Sendable (PresetValues) -> [Default]) {
        self.name = name
        self.keys = keys
        self.defaults = defaults
    }

    private static var key: Text { "provider" }

    /// The keys with a provider's URLs. Two different values can only be a mistake.
    private static var addresses: [Text] {
        [
            "issuer", "server_metadata_url", "authorize_url", "token_url", "userinfo_url", "emails_url",
        ]
    }

    /// The section with the entries of the preset that it names. What is written there wins.
    static func complete(_ section: Section) -> Section {
        guard let name = section.has(key) ? section.text(key) : nil else {
            report(section, keysNotOf: nil)
            return section
        }
        guard let preset = all.first(where: { $0.name == name }) else {
            let known = all.map { $0.name }
            let advice = NearestKey.to(name, among: known).map { "is \($0) meant?" as Text }
            section.report(
                key,
                "is unknown; \(advice ?? "there are \(known.joined(with: ", ")); for any other, remove it and write server_metadata_url")"
            )
            // This prevents further messages about it.
            return section.adding([("issuer", .text("https://unknown.example.com"))], from: key)
        }
        report(section, keysNotOf: preset)
        let defaults = preset.defaults(PresetValues(preset.keys, section))
        let strange = addresses.filter { section.has($0) && !preset.agrees(with: section, on: $0, defaults) }
        return section.without(strange).adding(defaults, from: key)
    }

    /// Whether the section and the preset agree on a URL; reported if they do not.
    private func agrees(with section: Section, on address: Text, _ defaults: [Default]) -> Bool {
        guard let known = defaults.first(where: { $0.key == address }) else {
            section.report(address, "does not apply to provider = \"\(name)\" has; remove one of the two")
            return false
        }
        guard case .text(let text) = known.value, let written = section.text(address), written != text else {
            return true
        }
        section.report(address, "is \(text) for provider = \"\(name)\"; remove one of the two")
        return false
    }

    /// A key without effect is a mistake.
    private static func report(_ section: Section, keysNotOf preset: ProviderPreset?) {
        for name in PresetKey.all where section.has(name) && preset?.keys.contains(where: { $0.name == name }) != true {
            let takers = all.filter { $0.keys.contains { $0.name == name } }.map { $0.name }.joined(with: ", ")
            section.report(name, "is for provider = \(takers); remove it, or set that provider")
        }
    }
}

extension ProviderPreset {
    /// An OpenID provider with this issuer, whose metadata is at the specified location unless given.
    static func openID(issuer: Text, metadata: Text? = nil) -> [Default] {
        let base = issuer.dropping(suffix: "/") ?? issuer
        return [
            ("issuer", .text(issuer)),
            ("server_metadata_url", .text(metadata ?? base + "/.well-known/openid-configuration")),
        ]
    }

    /// For client_kwargs.
    static func parameters(_ parameters: [(Text, Text)]) -> Default {
        ("client_kwargs", table(parameters))
    }

    static func table(_ entries: [(Text, Text)]) -> ConfigurationValue {
        .table(entries.map { ConfigurationEntry(key: $0.0, value: .text($0.1), origin: .program) })
    }
}

extension Section {
    fileprivate func without(_ keys: [Text]) -> Section {
        let kept = entries.filter { !keys.contains($0.key) }
        return Section(name: name, entries: kept, origin: origin, problems: problems)
    }

    /// With these entries for keys that it lacks; tables are merged. Their problems are reported at the position of `key`.
    func adding(_ defaults: [ProviderPreset.Default], from key: Text) -> Section {
        let place = entries[key]?.origin ?? origin
        var completed = defaults.map { ConfigurationEntry(key: $0.key, value: $0.value, origin: place) }
        completed.merge(entries)
        return Section(name: name, entries: completed, origin: origin, problems: problems)
    }
}
