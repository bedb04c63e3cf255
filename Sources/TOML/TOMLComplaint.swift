import Basics
import CTOML

/// Says in our words what toml++ dislikes about a document.
///
/// Its own words quote the document ("'…' is not representable in 64 bits"), and what stands there may be a secret
/// that someone forgot to put in quotes. So they choose a sentence here and go no further.
enum TOMLComplaint {
    static func sentence(for error: ctoml_error) -> Text {
        let description = unsafe withUnsafeBytes(of: error.description) { bytes in
            unsafe Text(wellFormed: bytes.prefix { $0 != 0 })
        }
        return sentences.first { description.contains($0.sign) }?.sentence ?? "is not valid TOML"
    }

    private static var controlInText: Text {
        "the line's end or a control character is within the quotes; close them on the same line"
    }

    /// The first whose sign occurs in the description is taken, so the telling ones come first.
    private static var sentences: [(sign: Text, sentence: Text)] {
        [
            ("utf-8", "is not UTF-8; save the file in that encoding"),
            ("out of memory", "is too large for the memory at hand"),
            ("maximum nested", "lists or tables are nested too deeply"),
            ("cannot redefine", "this key or table is here for the second time; keep one of the two"),
            ("cannot insert", "this adds to a table that { } has closed; write its keys inside of the braces"),
            ("could not determine value type", "the value is of no known type; text must be in double quotes"),
            ("parsing boolean", "true and false are written in small letters; text must be in double quotes"),
            ("expected value, saw", "there is no value after the \"=\"; text must be in double quotes"),
            ("expected '='", "a key must be followed by \"=\" and its value"),
            ("escape sequence", "there is an unknown escape in text; write \\\\ for a backslash, or use single quotes"),
            ("unicode scalar", "there is a broken escape in text; write \\\\ for a backslash, or use single quotes"),
            ("string: unescaped control", controlInText),
            ("string: control", controlInText),
            ("literal string: encountered end", "quotes are opened and never closed"),
            ("string: encountered end", "quotes are opened and never closed"),
            ("array: encountered end", "a list is opened with \"[\" and never closed"),
            ("inline table: encountered end", "a table is opened with \"{\" and never closed"),
            ("encountered end-of-file", "the text ends too early"),
            ("table header: expected a comment", "something follows the table's name on its line"),
            (
                "expected a comment or whitespace",
                "something follows a value on its line; is a quote missing, or too many?"
            ),
            ("parsing inline table", "a table in { } must be on one line, its keys with commas between them"),
            ("parsing array", "a list must have commas between its values and end with \"]\""),
            ("parsing table header", "a table's name must be written [like.this], alone on its line"),
            ("parsing key:", "a key must be of letters, digits, \"-\" and \"_\", or in quotes"),
            ("control character", "there is a control character; remove it"),
            ("not representable", "a number is too large"),
            ("parsing string", "text is not written as TOML has it; is a quote missing?"),
            ("parsing date", "a date or time is not written as TOML has it; text must be in double quotes"),
            ("parsing time", "a date or time is not written as TOML has it; text must be in double quotes"),
            ("integer", "a number is not written as TOML has it; text must be in double quotes"),
            ("floating-point", "a number is not written as TOML has it; text must be in double quotes"),
        ]
    }
}

extension Text {
    fileprivate func contains(_ part: Text) -> Bool {
        guard part.count <= count else { return false }
        return (0...(count - part.count)).contains { bytes[$0...].starts(with: part.bytes) }
    }
}
