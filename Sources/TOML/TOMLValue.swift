package import Basics

/// A value of a TOML document (https://toml.io/en/v1.0.0).
package indirect enum TOMLValue: Sendable {
    case text(Text)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    /// A date, a time of day, or both. No setting uses one, so its value is not kept.
    case time
    case array([TOMLValue])
    case table(TOMLTable)
}

/// The keys of a table, in the order of the document.
package struct TOMLTable: Sendable {
    package let entries: [Entry]

    package struct Entry: Sendable {
        package let key: Text
        package let value: TOMLValue
        /// The position of the key.
        package let position: TOMLPosition
    }

    package subscript(key: Text) -> Entry? {
        entries.first { $0.key == key }
    }
}

/// A position in a document, both numbers from 1. Columns count characters.
package struct TOMLPosition: Sendable, Equatable {
    package let line: UInt32
    package let column: UInt32

    package init(line: UInt32, column: UInt32) {
        self.line = line
        self.column = column
    }
}
