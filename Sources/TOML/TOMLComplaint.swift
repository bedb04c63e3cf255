import Basics
import CTOML

/// Describes toml++'s complaint about a document in our words.
///
/// Its own words quote the document ("'…' is not representable in 64 bits"), and that part may be a secret
/// that someone forgot to put in quotes. They therefore only choose a sentence here.
enum TOMLComplaint {
    static func sentence(for error: ctoml_error) -> Text {
        let description = unsafe withUnsafeBytes(of: error.description) { bytes in
            unsafe Text(wellFormed: bytes.prefix { $0 != 0 })
        }
        return sentences.first { description.contains($0.sign) }?.sentence ?? "is not valid TOML"
    }

    private static var controlInText: Text {
        "a line break or a control character is inside the quotes; close them on the same line"
    }

    /// The first entry whose sign occurs in the description wins, so specific ones come first.
    private static var sentences: [(sign: Text, sentence: Text)] {
        [
            ("utf-8", "is not UTF-8; save the file in that encoding"),
            ("out of memory", "is too large for the available memory"),
            ("maximum nested", "lists or tables are nested too deeply"),
            ("cannot redefine", "this key or table is defined twice; keep one of the two"),
            ("cannot insert", "this extends a table that { } has closed; write its keys inside the braces"),
            ("could not determine value type", "the value has no known type; put text in double quotes"),
            ("parsing boolean", "write true and false in lower case; put text in double quotes"),
            ("expected value, saw", "there is no value after the \"=\"; put text in double quotes"),
            ("expected '='", "a key must be followed by \"=\" and its value"),
            ("escape sequence", "unknown escape in text; write \\\\ for a backslash, or use single quotes"),
            ("unicode scalar", "invalid escape in text; write \\\\ for a backslash, or use single quotes"),
            ("string: unescaped control", controlInText),
            ("string: control", controlInText),
            ("literal string: encountered end", "quotes are opened but never closed"),
            ("string: encountered end", "quotes are opened but never closed"),
            ("array: encountered end", "a list is opened with \"[\" but never closed"),
            ("inline table: encountered end", "a table is opened with \"{\" but never closed"),
            ("encountered end-of-file", "the document ends too early"),
            ("table header: expected a comment", "unexpected text follows the table's name on its line"),
            (
                "expected a comment or whitespace",
                "unexpected text follows the value on its line; check the quotes"
            ),
            ("parsing inline table", "a table in { } must be on one line, with commas between its keys"),
            ("parsing array", "a list must have commas between its values and end with \"]\""),
            ("parsing table header", "a table's name must be written [like.this], alone on its line"),
            ("parsing key:", "a key must consist of letters, digits, \"-\" and \"_\", or be in quotes"),
            ("control character", "the document contains a control character; remove it"),
            ("not representable", "a number is too large"),
            ("parsing string", "text is not valid TOML; is a quote missing?"),
            ("parsing date", "a date or time is not valid TOML; put text in double quotes"),
            ("parsing time", "a date or time is not valid TOML; put text in double quotes"),
            ("integer", "a number is not valid TOML; put text in double quotes"),
            ("floating-point", "a number is not valid TOML; put text in double quotes"),
        ]
    }
}

extension Text {
    fileprivate func contains(_ part: Text) -> Bool {
        guard part.count <= count else { return false }
        return (0...(count - part.count)).contains { bytes[$0...].starts(with: part.bytes) }
    }
}
