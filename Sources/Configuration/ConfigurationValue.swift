import Basics
import TOML

/// One key as written, with its value and position. A table under the key again has entries.
struct ConfigurationEntry: Sendable {
    let key: Text
    var value: ConfigurationValue
    let origin: ConfigurationOrigin
}

indirect enum ConfigurationValue: Sendable {
    case text(Text)
    /// Set by the program, which has only text, whatever type the key takes.
    case untyped(Text)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    case time
    case list([ConfigurationValue])
    case table([ConfigurationEntry])
}

/// Where an entry comes from.
struct ConfigurationOrigin: Sendable {
    /// The file's name as given by the caller, or a substitute; "" for a key that the program set.
    let source: Text
    /// The folder that paths are relative to, with "/" at its end; "" for the working directory.
    let folder: Text
    let position: TOMLPosition?

    static var program: ConfigurationOrigin { ConfigurationOrigin(source: "", folder: "", position: nil) }

    /// The prefix of messages: "secrets.toml:4:1: ", or nothing for a key that the program set.
    var prefix: Text {
        guard let position else { return source.isEmpty ? "" : "\(source): " }
        return "\(source):\(position): "
    }
}

extension ConfigurationValue {
    init(_ value: TOMLValue, from origin: ConfigurationOrigin) {
        self =
            switch value {
            case .text(let text): .text(text)
            case .integer(let integer): .integer(integer)
            case .number(let number): .number(number)
            case .boolean(let boolean): .boolean(boolean)
            case .time: .time
            case .array(let values): .list(values.map { ConfigurationValue($0, from: origin) })
            case .table(let table): .table([ConfigurationEntry](table, from: origin))
            }
    }

    /// Its name in messages.
    var kind: Text {
        switch self {
        case .text, .untyped: "text"
        case .integer: "an integer"
        case .number: "a number with a fraction"
        case .boolean: "true or false"
        case .time: "a date or time"
        case .list: "a list"
        case .table: "a table"
        }
    }

    /// Whether it is { env = … } or { file = … }, which stands for text.
    var isReference: Bool {
        guard case .table(let entries) = self, entries.count == 1 else { return false }
        return entries[0].key == "env" || entries[0].key == "file"
    }
}

extension Array where Element == ConfigurationEntry {
    init(_ table: TOMLTable, from origin: ConfigurationOrigin) {
        self = table.entries.map { entry in
            let here = ConfigurationOrigin(source: origin.source, folder: origin.folder, position: entry.position)
            return ConfigurationEntry(key: entry.key, value: ConfigurationValue(entry.value, from: here), origin: here)
        }
    }

    subscript(key: Text) -> ConfigurationEntry? {
        first { $0.key == key }
    }

    /// Merges the `newer` entries. Sections are merged key by key; any other value replaces the previous one.
    mutating func merge(_ newer: [ConfigurationEntry]) {
        for entry in newer {
            guard let index = firstIndex(where: { $0.key == entry.key }) else {
                append(entry)
                continue
            }
            if case .table(var entries) = self[index].value, case .table(let newerEntries) = entry.value,
                !self[index].value.isReference, !entry.value.isReference
            {
                entries.merge(newerEntries)
                self[index].value = .table(entries)
            } else {
                self[index] = entry
            }
        }
    }
}
