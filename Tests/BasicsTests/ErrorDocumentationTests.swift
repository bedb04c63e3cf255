import Basics
import Foundation
import TestSupport
import Testing

/// docs/errors.md describes the codes that the library has, and no others.
@Suite struct ErrorDocumentationTests {
    /// The cells of the rows that describe a code: those with five columns whose first is code.
    static func rows() throws -> [[String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/errors.md"), encoding: .utf8)
        return page.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count == 5 && cells[0].hasPrefix("`") ? cells : nil
        }
    }

    /// The constant of stauth.h: invalidArgument is ST_INVALID_ARGUMENT.
    static func constant(of category: Basics.Category) -> String {
        "ST_" + "\(category)".replacing(/[A-Z]/) { "_\($0.output)" }.uppercased()
    }

    @Test func everyCodeIsDescribedAsItIs() throws {
        let described = try Self.rows().map { "\($0[0]) \($0[1]) \($0[2])" }
        let actual = ErrorCode.allCases.map { code in
            let entry = code.entry
            return "`\(Text(entry.name).string)` `\(Self.constant(of: entry.category))` \(entry.httpStatus)"
        }
        #expect(Set(described).symmetricDifference(actual).sorted() == [])
        #expect(described.count == actual.count, "a code is described twice")
    }

    @Test func everyRowExplains() throws {
        for row in try Self.rows() {
            #expect(row.allSatisfy { !$0.isEmpty }, "\(row[0])")
        }
    }
}
