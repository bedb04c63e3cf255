package import Basics
import Platform

/// The Cookie header of a request (RFC 6265 4.2), read without trust: anything that does not look like a pair is skipped.
package struct CookieHeader: Sendable {
    /// How much is read at most; no browser or server lets more through.
    package static let longest = 64 * 1024
    /// Bytes of the "; " between two pairs.
    package static let separator = 2

    private let bytes: ArraySlice<UInt8>

    /// A header that is too long is ignored.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes.count <= Self.longest ? bytes : []
    }

    /// The values of the cookies of this name, the first `limit` of them. A sibling site can set a second cookie of the
    /// same name, so the caller must judge the values, never their order.
    package func values(of name: Text, limit: Int = 4) -> [ArraySlice<UInt8>] {
        var values: [ArraySlice<UInt8>] = []
        var search = Search(self, limit: limit)
        while let value = search.next(of: name, in: self) { values.append(value) }
        return values
    }

    package func contains(_ name: Text) -> Bool {
        var search = Search(self)
        return search.next(of: name, in: self) != nil
    }

    package var count: Int { bytes.count }

    /// Bytes of the pairs whose names begin with `prefix`, including a separator each.
    package func length(withPrefix prefix: Text) -> Int {
        var length = 0
        var pairs = Pairs(bytes)
        while let pair = pairs.next(in: bytes) {
            guard bytes.begins(with: prefix.bytes, in: pair.name) else { continue }
            length += pair.name.count + 1 + pair.value.count + Self.separator
        }
        return length
    }

    /// The names that begin with `prefix`, the first `limit` of them, each once.
    package func names(withPrefix prefix: Text, limit: Int) -> [Text] {
        var names: [Text] = []
        var pairs = Pairs(bytes)
        while names.count < limit, let pair = pairs.next(in: bytes) {
            guard bytes.begins(with: prefix.bytes, in: pair.name), let text = Text(validating: bytes[pair.name]) else {
                continue
            }
            if !names.contains(text) { names.append(text) }
        }
        return names
    }

    /// Finds the same values one after the other, without counting references to what all threads search for.
    package struct Search {
        private var pairs: Pairs
        private var left: Int

        package init(_ header: CookieHeader, limit: Int = 4) {
            pairs = Pairs(header.bytes)
            left = limit
        }

        /// `header`: always the one that the search began with.
        package mutating func next(of name: Text, in header: CookieHeader) -> ArraySlice<UInt8>? {
            while left > 0, let pair = pairs.next(in: header.bytes) {
                guard header.bytes.isEqual(to: name.bytes, in: pair.name) else { continue }
                left -= 1
                return header.bytes[pair.value]
            }
            return nil
        }
    }
}

/// Finds the pairs of a header, as ranges of it: slicing every part would keep counting references.
private struct Pairs {
    struct Pair {
        let name: Range<Int>
        let value: Range<Int>
    }

    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        position = bytes.startIndex
    }

    mutating func next(in bytes: ArraySlice<UInt8>) -> Pair? {
        while position < bytes.endIndex {
            let end = bytes.find(0x3B, in: position..<bytes.endIndex) ?? bytes.endIndex
            var start = position
            while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
            position = min(end + 1, bytes.endIndex)
            guard let equals = bytes.find(0x3D, in: start..<end) else { continue }
            return Pair(name: start..<equals, value: equals + 1..<end)
        }
        return nil
    }
}

extension ArraySlice where Element == UInt8 {
    /// The first position of `byte` in `range`.
    fileprivate func find(_ byte: UInt8, in range: Range<Int>) -> Int? {
        let offset = unsafe withBytes(in: range) { unsafe platform_find($0, range.count, byte) } ?? range.count
        return offset < range.count ? range.lowerBound + offset : nil
    }

    /// Whether the bytes in `range` equal `others`.
    fileprivate func isEqual(to others: [UInt8], in range: Range<Int>) -> Bool {
        guard range.count == others.count else { return false }
        let isEqual = unsafe withBytes(in: range) { bytes in
            unsafe others.withUnsafeBufferPointer { others in
                unsafe others.baseAddress.map { unsafe platform_equal(bytes, $0, range.count) } ?? true
            }
        }
        return isEqual ?? true
    }

    /// Whether the bytes in `range` begin with `prefix`.
    fileprivate func begins(with prefix: [UInt8], in range: Range<Int>) -> Bool {
        range.count >= prefix.count && isEqual(to: prefix, in: range.prefix(prefix.count))
    }

    /// Nil for no bytes at all.
    private func withBytes<Result>(in range: Range<Int>, _ body: (UnsafePointer<UInt8>) -> Result) -> Result? {
        guard startIndex <= range.lowerBound, range.upperBound <= endIndex else { return nil }
        return unsafe withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.map { unsafe body($0 + (range.lowerBound - startIndex)) }
        }
    }
}
