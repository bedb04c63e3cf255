package import Basics

/// A table while it is read: knows its place, and takes note of what is wrong.
package struct Section {
    /// The text between the brackets: "auth", "auth.google".
    let name: Text
    let entries: [ConfigurationEntry]
    let origin: ConfigurationOrigin
    let problems: Problems

    subscript(key: Text) -> ConfigurationEntry? { entries[key] }

    package func has(_ key: Text) -> Bool { entries[key] != nil }

    /// The section in it, such as [auth.google].
    func section(_ entry: ConfigurationEntry, _ entries: [ConfigurationEntry]) -> Section {
        Section(name: "\(name).\(entry.key.asKey)", entries: entries, origin: entry.origin, problems: problems)
    }

    /// Records a problem with a key: "secrets.toml:4:1: [auth.google] client_id: is empty". A missing key is reported at its
    /// section's position.
    package func report(_ key: Text, _ sentence: Text) {
        problems.add("\((entries[key]?.origin ?? origin).prefix)[\(name)] \(key.asKey): \(sentence)")
    }

    /// The same for the section as a whole.
    func report(_ sentence: Text) {
        problems.add("\(origin.prefix)[\(name)]: \(sentence)")
    }
}
