import Basics
import TOML
import Testing

/// Every document that TOML forbids is refused with its place and with what to do.
@Suite struct InvalidDocumentTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let document: String
        let place: String
        let sentence: String

        init(_ document: String, _ place: String, _ sentence: String) {
            (self.document, self.place, self.sentence) = (document, place, sentence)
        }

        var testDescription: String { document }
    }

    static let cases: [Case] = [
        // Values
        Case("key = hunter2", "1:7", "the value has no known type; put text in double quotes"),
        Case("key = True", "1:7", "write true and false in lower case; put text in double quotes"),
        Case("key = trve", "1:9", "write true and false in lower case; put text in double quotes"),
        Case("key =", "1:6", "the document ends too early"),
        Case("key = \nother = 1", "1:7", "there is no value after the \"=\"; put text in double quotes"),
        Case("key = # 1", "1:7", "there is no value after the \"=\"; put text in double quotes"),
        Case("key = 99999999999999999999", "1:27", "a number is too large"),
        Case("key = 012", "1:10", "a number is not valid TOML; put text in double quotes"),
        Case("key = 1__0", "1:9", "a number is not valid TOML; put text in double quotes"),
        Case("key = 1.", "1:9", "the document ends too early"),
        Case("key = 2026-13-01", "1:14", "a date or time is not valid TOML; put text in double quotes"),
        Case("key = 1 2", "1:9", "unexpected text follows the value on its line; check the quotes"),
        // Text
        Case("key = \"open", "1:12", "quotes are opened but never closed"),
        Case("key = 'open", "1:12", "quotes are opened but never closed"),
        Case(
            "key = \"a\nb\"", "1:9",
            "a line break or a control character is inside the quotes; close them on the same line"),
        Case(
            "key = 'a\u{7}b'", "1:9",
            "a line break or a control character is inside the quotes; close them on the same line"),
        Case("key = \"\"\"open", "1:14", "quotes are opened but never closed"),
        Case(
            "key = \"C:\\path\"", "1:11",
            "unknown escape in text; write \\\\ for a backslash, or use single quotes"),
        Case(
            "key = \"\\uD800\"", "1:14",
            "invalid escape in text; write \\\\ for a backslash, or use single quotes"),
        Case("key = \"a\"b\"", "1:10", "unexpected text follows the value on its line; check the quotes"),
        Case("# a\u{7}b", "1:4", "the document contains a control character; remove it"),
        // Keys
        Case("key", "1:4", "the document ends too early"),
        Case("key value", "1:5", "a key must be followed by \"=\" and its value"),
        Case("= 1", "1:1", "is not valid TOML"),
        Case("clé = 1", "1:3", "a key must be followed by \"=\" and its value"),
        Case("a..b = 1", "1:3", "a key must consist of letters, digits, \"-\" and \"_\", or be in quotes"),
        Case("a = 1\na = 2", "2:5", "this key or table is defined twice; keep one of the two"),
        Case("a = 1\na.b = 2", "2:1", "this key or table is defined twice; keep one of the two"),
        Case("\"\"\"a\"\"\" = 1", "1:1", "a key must consist of letters, digits, \"-\" and \"_\", or be in quotes"),
        // Tables
        Case("[a]\n[a]", "2:1", "this key or table is defined twice; keep one of the two"),
        Case("a = 1\n[a]", "2:1", "this key or table is defined twice; keep one of the two"),
        Case("[a]\n[[a]]", "2:1", "this key or table is defined twice; keep one of the two"),
        Case("[a", "1:3", "the document ends too early"),
        Case("[]", "1:2", "a table's name must be written [like.this], alone on its line"),
        Case("[ [a] ]", "1:3", "a table's name must be written [like.this], alone on its line"),
        Case("[a] b = 1", "1:5", "unexpected text follows the table's name on its line"),
        Case(
            "a = { b = 1 }\n[a.c]", "2:6",
            "this extends a table that { } has closed; write its keys inside the braces"),
        Case("a = { b = 1", "1:12", "a table is opened with \"{\" but never closed"),
        Case("a = { b = 1, }", "1:14", "a table in { } must be on one line, with commas between its keys"),
        Case("a = { b = 1 c = 2 }", "1:13", "a table in { } must be on one line, with commas between its keys"),
        // Lists
        Case("a = [1", "1:7", "a list is opened with \"[\" but never closed"),
        Case("a = [1 2]", "1:8", "a list must have commas between its values and end with \"]\""),
        Case("a = [1,,2]", "1:8", "a list must have commas between its values and end with \"]\""),
    ]

    @Test(arguments: cases) func isRefused(_ wrong: Case) throws {
        let message = try complaint(Array(wrong.document.utf8))
        #expect(message == "a.toml:\(wrong.place): \(wrong.sentence)")
    }

    /// A secret without quotes, with one too few, or written twice must not turn up in a log.
    @Test(arguments: [
        "client_secret = GOCSPX-hunter2", "client_secret = 8675309867530986753098675309", "client_secret = \"hunter2",
        "client_secret = 'hunter2\n'", "client_secret = \"x\" hunter2", "hunter2 = hunter2", "client_secret hunter2",
        "x = 0x8675309hunter2", "[hunter2]\n[hunter2]", "hunter2 = 1\nhunter2 = 2", "x = 8675309-hunter2",
        "a = {}\n[a.hunter2]", "client_secret = 8675309.8675309e99999999", "x = \"\\hunter2\"", "x = truehunter2",
    ])
    func complaintQuotesNothing(document: String) throws {
        let message = try complaint(Array(document.utf8))
        #expect(!message.isEmpty)
        #expect(!message.contains("hunter2") && !message.contains("8675309"))
    }
}
