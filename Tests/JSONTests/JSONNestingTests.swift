import JSON
import Testing

/// A deep document must not use up the stack of the host's thread.
@Suite struct JSONNestingTests {
    private func read(opening: String, closing: String, depth: Int) -> JSONObject? {
        let inner = String(repeating: opening, count: depth - 1) + "1" + String(repeating: closing, count: depth - 1)
        return JSONObject(parsing: Array("{\"a\":\(inner)}".utf8))
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")])
    func deepestIs64(opening: String, closing: String) {
        let levels = opening.count { $0 == "[" || $0 == "{" }
        let steps = (64 - 1) / levels + 1
        #expect(read(opening: opening, closing: closing, depth: steps) != nil)
        #expect(read(opening: opening, closing: closing, depth: steps + 1) == nil)
    }

    /// jansson itself stops at 2048.
    @Test(arguments: [100, 2000, 2049, 100_000, 1_000_000], [("[", "]"), ("{\"a\":", "}")])
    func deeperIsRefused(depth: Int, brackets: (String, String)) {
        #expect(read(opening: brackets.0, closing: brackets.1, depth: depth) == nil)
        #expect(JSONObject(parsing: Array(String(repeating: brackets.0, count: depth).utf8)) == nil, "not closed")
    }

    /// Brackets that are text, and brackets side by side, do not count.
    @Test(arguments: [
        "\"\(String(repeating: "[", count: 100))\"", "\"\\\"\(String(repeating: "{", count: 100))\"",
        "\"\\\\\",\"b\":\"\(String(repeating: "[", count: 100))\"", "[\(String(repeating: "[],", count: 1000))[]]",
    ])
    func onlyNestingCounts(value: String) {
        #expect(JSONObject(parsing: Array("{\"a\":\(value)}".utf8)) != nil)
    }

    /// Quotes and closing brackets do not hide depth from the count.
    @Test(arguments: ["\"\\\\\"", "\"\\\"\"", "\"]]]]]]]]\""])
    func textDoesNotHideDepth(text: String) {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(JSONObject(parsing: Array("{\"a\":[\(text),\(deep)]}".utf8)) == nil)
    }

    /// As many as any object may have, and one more.
    @Test func membersAreBounded() throws {
        let names = (0..<1000).map { "\"\($0)\":\($0)" }.joined(separator: ",")
        let object = try #require(JSONObject(parsing: Array("{\(names)}".utf8)))
        #expect(object.members.count == 1000)
        #expect(object.members.last?.value == .integer(999))
        #expect(JSONObject(parsing: Array("{\(names),\"a\":1}".utf8)) == nil)
    }
}
