import Basics
import TOML
import Testing

func parse(_ document: String) throws -> TOMLTable {
    try parse(bytes: Array(document.utf8))
}

func parse(bytes: [UInt8]) throws -> TOMLTable {
    try TOMLTable(parsing: bytes, source: "a.toml")
}

/// The message of the refusal; an empty text if the document is accepted.
func complaint(_ bytes: [UInt8]) throws -> String {
    do {
        _ = try parse(bytes: bytes)
        return ""
    } catch let failure as Failure {
        #expect(failure.code == .configurationInvalid)
        return failure.message.string
    }
}

extension Text {
    var string: String { String(decoding: bytes, as: UTF8.self) }
}
