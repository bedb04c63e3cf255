import Basics
import TOML
import Testing

/// Nothing that stands in a file may end the process, and no file may keep it for long.
@Suite struct HostileDocumentTests {
    @Test(arguments: [
        [0xFF], [0x61, 0x3D, 0x22, 0xC0, 0x80, 0x22], [0x61, 0x3D, 0x22, 0xED, 0xA0, 0x80, 0x22], [0x23, 0xE2, 0x82],
        [0xFF, 0xFE, 0x61, 0x00], [0x61, 0x3D, 0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
    ])
    func malformedUTF8IsRefused(bytes: [Int]) throws {
        let message = try complaint(bytes.map { UInt8($0) })
        #expect(message.hasPrefix("a.toml:1:"))
        #expect(message.hasSuffix(": is not UTF-8; save the file in that encoding"))
    }

    @Test(arguments: [
        "a = \"x\0y\"", "\0", "a = 1\n\0", "# x\0", "a\0b = 1", "a = 1\0", "a = true\0", "a = 1.5\0b", "a = [1\0]",
        "a = \"x\"\0", "[a]\0", "a = {}\0", "a = inf\0",
    ])
    func zeroIsRefused(document: String) throws {
        #expect(try complaint(Array(document.utf8)).hasPrefix("a.toml:"))
    }

    @Test func largestDocumentIsTaken() throws {
        let line = Array("# 64 bytes of remarks, which settings may have as many as they like\n".utf8)
        var document = [UInt8]((0..<(TOMLTable.longestDocument / line.count)).flatMap { _ in line })
        document += [UInt8](repeating: 0x0A, count: TOMLTable.longestDocument - document.count)
        #expect(try parse(bytes: document).entries.isEmpty)
        #expect(try complaint(document + [0x0A]) == "a.toml: is larger than 1 MiB; is it the right file?")
    }

    @Test func tenMegabytesAreRefused() throws {
        let document = [UInt8](repeating: 0x61, count: 10_000_000)
        #expect(try complaint(document) == "a.toml: is larger than 1 MiB; is it the right file?")
    }

    @Test(arguments: ["[", "{a=", "[{a="])
    func deepValuesAreRefused(opening: String) throws {
        let document = "a = " + String(repeating: opening, count: 200_000)
        let message = try complaint(Array(document.utf8))
        #expect(message.hasSuffix("lists or tables are nested too deeply"))
    }

    /// Each part of a key is a table in a table, half a million of which would overflow the stack.
    @Test(arguments: ["[a", "[[a", "a", "a = { a", "x = [{ 'b'.\"c\""])
    func longKeysAreRefused(beginning: String) throws {
        let document =
            "# .......................\nx.y = '.................'\n" + beginning
            + String(repeating: ".a", count: 400_000)
        let message = try complaint(Array(document.utf8))
        #expect(message.hasSuffix(": a key has more than 16 parts"))
    }

    @Test func placeOfALongKeyIsTold() throws {
        let message = try complaint(Array("ok = 1\n'ü'.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 1".utf8))
        #expect(message == "a.toml:2:34: a key has more than 16 parts")
    }

    @Test func keysOfSixteenPartsAreTaken() throws {
        let key = Array(repeating: "a", count: 16).joined(separator: ".")
        #expect(try parse("[\(key)]\n").entries.count == 1)
        #expect(try parse("[\(key)]\n\(key) = { \(key) = [1.5, 1.5], b\(key) = 2.5 }\n").entries.count == 1)
    }

    /// Dots in text and in remarks are no parts of a key.
    @Test(arguments: [
        "a = \"DOTS\"", "a = 'DOTS'", "a = \"\"\"\nDOTS\n\"x\" DOTS\"\"\"", "a = '''\nDOTS 'x' DOTS'''", "a = 1 # DOTS",
        "a = \"\\\"DOTS\"", "a = \"\"\"DOTS\\\"\"\"DOTS\"\"\"\"\"\nb = 1", "a = '''DOTS'''''\nb = 1", "\"DOTS\" = \"\"",
        "a = [\"DOTS\", 'DOTS', # DOTS\n1.5, 1.5]", "a = ''\nb = \"\"\nc = 'DOTS'",
    ])
    func dotsElsewhereDoNotCount(document: String) throws {
        let dots = String(repeating: ".", count: 100)
        let message = try complaint(Array(document.replacing("DOTS", with: dots).utf8))
        #expect(message == "")
    }

    /// Found by a fuzzer: characters and places that toml++ holds for impossible.
    @Test(arguments: [
        "a = 20r6-\u{1AF}", "a = \u{1AF}", "\u{1AF} = 1", "[{ c\"\"\" = 1,z\0u \0u = {\na", "a = 1 \u{2FF}",
    ])
    func whatIsTakenForImpossibleIsRefused(document: String) throws {
        #expect(try complaint(Array(document.utf8)).hasPrefix("a.toml:"))
    }

    /// Every way to cut or to change a document is taken or refused, and nothing else.
    @Test func damagedDocumentsAreRefusedOrTaken() throws {
        let document = Array(
            """
            [auth]
            a = "x\\u00e9" # ü
            b = [1, -2.5e3, { c = '''y''', d.e = 2026-11-23T18:00:00Z }]
            [[auth.f]]
            "g" = \"\"\"z\"\"\"
            """.utf8)
        var refused = 0
        for index in document.indices {
            if try complaint(Array(document[..<index])) != "" { refused += 1 }
            for byte: UInt8 in [0x00, 0x0A, 0x22, 0x27, 0x2E, 0x5B, 0x7B, 0x5C, 0x80, 0xFF] {
                var changed = document
                changed[index] = byte
                if try complaint(changed) != "" { refused += 1 }
            }
        }
        #expect(refused > document.count)
    }
}
