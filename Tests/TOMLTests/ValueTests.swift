import Basics
import TOML
import Testing

/// What a valid document holds.
@Suite struct ValueTests {
    @Test func everyTypeIsRead() throws {
        let table = try parse(
            """
            text = "tab\\tquote\\"ü\\u00e9"
            literal = 'C:\\path'
            lines = \"\"\"
            one
            two\"\"\"
            integer = -9_223_372_036_854_775_808
            hexadecimal = 0xFF
            number = 1.5e2
            infinite = -inf
            yes = true
            no = false
            moment = 2026-11-23T18:00:00Z
            day = 2026-11-23
            clock = 18:00:00
            """)
        #expect(table["text"]?.value.text == "tab\tquote\"üé")
        #expect(table["literal"]?.value.text == "C:\\path")
        #expect(table["lines"]?.value.text == "one\ntwo")
        #expect(table["integer"]?.value.integer == Int64.min)
        #expect(table["hexadecimal"]?.value.integer == 255)
        #expect(table["number"]?.value.number == 150)
        #expect(table["infinite"]?.value.number == -Double.infinity)
        #expect(table["yes"]?.value.boolean == true)
        #expect(table["no"]?.value.boolean == false)
        for key: Text in ["moment", "day", "clock"] { #expect(table[key]?.value.isTime == true) }
        #expect(table["missing"] == nil)
    }

    @Test func tablesAndArraysNest() throws {
        let table = try parse(
            """
            list = [1, [2, "three"], { four = 4 }]
            [auth]
            [auth."my provider"]
            client.id = "c"
            [[rows]]
            n = 1
            [[rows]]
            n = 2
            """)
        let list = try #require(table["list"]?.value.array)
        #expect(list.count == 3)
        #expect(list[0].integer == 1)
        #expect(list[1].array?.last?.text == "three")
        #expect(list[2].table?["four"]?.value.integer == 4)
        let provider = table["auth"]?.value.table?["my provider"]?.value.table
        #expect(provider?["client"]?.value.table?["id"]?.value.text == "c")
        #expect(table["rows"]?.value.array?.compactMap { $0.table?["n"]?.value.integer } == [1, 2])
    }

    /// toml++ sorts keys; a person does not expect that.
    @Test func keysStayInTheDocumentsOrder() throws {
        let table = try parse("zebra = 1\napple = { y = 1, x = 2 }\n[middle]\n[\"\"]\n")
        #expect(table.entries.map { $0.key.string } == ["zebra", "apple", "middle", ""])
        #expect(table["apple"]?.value.table?.entries.map { $0.key.string } == ["y", "x"])
    }

    @Test func positionsAreThoseOfTheKeys() throws {
        let table = try parse("# ä comment\n\n  first = 1\n[auth]\nkey = 'v'\n'ü' . second = 2\n[auth.deep]\n")
        #expect(table["first"]?.position == TOMLPosition(line: 3, column: 3))
        let auth = try #require(table["auth"]?.value.table)
        #expect(table["auth"]?.position == TOMLPosition(line: 4, column: 2))
        #expect(auth["key"]?.position == TOMLPosition(line: 5, column: 1))
        #expect(auth["ü"]?.value.table?["second"]?.position == TOMLPosition(line: 6, column: 7))
        #expect(auth["deep"]?.position == TOMLPosition(line: 7, column: 7))
    }

    @Test(arguments: ["", "\n", "# nothing", "\u{FEFF}", "\r\n\r\n"])
    func emptyDocumentIsATable(document: String) throws {
        #expect(try parse(document).entries.isEmpty)
    }

    @Test func byteOrderMarkAndCarriageReturnsAreTaken() throws {
        let table = try parse("\u{FEFF}[auth]\r\nkey = \"v\"\r\n")
        #expect(table["auth"]?.value.table?["key"]?.value.text == "v")
        #expect(table["auth"]?.value.table?["key"]?.position == TOMLPosition(line: 2, column: 1))
    }

    /// Text is compared byte for byte: equivalent spellings are different keys.
    @Test func keysAreNotNormalised() throws {
        let table = try parse("\"\\u00e9\" = 1\n\"e\\u0301\" = 2\n")
        #expect(table.entries.count == 2)
    }

    @Test func anEscapedZeroIsPartOfTheText() throws {
        #expect(try parse("key = \"a\\u0000b\"")["key"]?.value.text?.bytes == [0x61, 0, 0x62])
    }
}

extension TOMLValue {
    var text: Text? { if case .text(let text) = self { text } else { nil } }
    var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
    var isTime: Bool { if case .time = self { true } else { false } }
    var array: [TOMLValue]? { if case .array(let values) = self { values } else { nil } }
    var table: TOMLTable? { if case .table(let table) = self { table } else { nil } }
}
