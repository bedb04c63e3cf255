import Basics
import TOML

/// The keys and values that a program sets one by one.
struct DottedKey {
    /// Between "auth" and the last part: nothing, a provider's name, client_kwargs …
    let sections: [Text]
    let last: Text

    /// Reads "auth.google.client_id" or "auth.'my provider'.client_id".
    init(_ key: Text) throws(Failure) {
        // toml++ parses quoted keys. Characters that would end the key must not occur.
        let isPlain = !key.hasControls && !key.contains("=") && key.count <= 512
        guard isPlain, let document = try? TOMLTable(parsing: (key + " = true").bytes, source: "key") else {
            throw Self.malformed
        }
        var parts: [Text] = []
        var value = TOMLValue.table(document)
        while case .table(let table) = value, let entry = table.entries.first {
            parts.append(entry.key)
            value = entry.value
        }
        guard (2...5).contains(parts.count), parts[0] == "auth", let last = parts.last else { throw Self.malformed }
        sections = Array(parts[1..<(parts.count - 1)])
        self.last = last
    }

    private static var malformed: Failure {
        Failure(
            .configurationInvalid,
            "a key to set must be written as in TOML: \"auth.redirect_uri\" or \"auth.NAME.client_id\"")
    }

    /// Text, unless it is a list as TOML writes it: ["first", "second"].
    static func value(of text: Text) -> ConfigurationValue {
        guard text.hasPrefix("["), let document = try? TOMLTable(parsing: ("value = " + text).bytes, source: "value"),
            document.entries.count == 1, let entry = document["value"], case .array = entry.value
        else { return .untyped(text) }
        return ConfigurationValue(entry.value, from: .program)
    }
}
