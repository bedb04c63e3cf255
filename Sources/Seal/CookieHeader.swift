package import Basics
import Platform

/// The Cookie header of a request (RFC 6265 4.2), read without trust: whatever does not look like a pair is skipped.
package struct CookieHeader: Sendable {
    /// What is looked at at most; no browser or server lets more through.
    package static let longest = 64 * 1024

    private let bytes: ArraySlice<UInt8>

    /// A header that is too long counts as none.
    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes.count <= Self.longest ? bytes : []
    }

    package init(_ text: Text) {
        self.init(text.bytes[...])
    }

    /// Hands on the values of the cookies of this name, the first `limit` of them. A sibling site can set a second cookie of
    /// the same name, so the caller decides by what the values hold, never by their order.
    package func forEachValue(of name: Text, limit: Int = 4, _ body: (ArraySlice<UInt8>) -> Void) {
        var count = 0
        unsafe forEachPair { candidate, value in
            if unsafe candidate.elementsEqual(name.bytes) {
                body(unsafe slice(value))
                count += 1
            }
            return count < limit
        }
    }

    /// The same values together.
    package func values(of name: Text, limit: Int = 4) -> [ArraySlice<UInt8>] {
        var values: [ArraySlice<UInt8>] = []
        forEachValue(of: name, limit: limit) { values.append($0) }
        return values
    }

    package func contains(_ name: Text) -> Bool {
        var isFound = false
        forEachValue(of: name, limit: 1) { _ in isFound = true }
        return isFound
    }

    /// The names that begin with `prefix`, the first `limit` of them, each once.
    package func names(withPrefix prefix: Text, limit: Int) -> [Text] {
        var names: [Text] = []
        unsafe forEachPair { candidate, _ in
            if unsafe candidate.starts(with: prefix.bytes), let name = unsafe Text(validating: Array(candidate)),
                !names.contains(name)
            {
                names.append(name)
            }
            return names.count < limit
        }
        return names
    }

    private typealias Part = Slice<UnsafeBufferPointer<UInt8>>

    /// The same part of the header, to be kept.
    private func slice(_ part: Part) -> ArraySlice<UInt8> {
        unsafe bytes[bytes.startIndex + part.startIndex..<bytes.startIndex + part.endIndex]
    }

    /// Hands on each pair until `body` answers false. Every request comes by here, so no part is counted as an owner of
    /// the header meanwhile.
    private func forEachPair(_ body: (_ name: Part, _ value: Part) -> Bool) {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                let end = unsafe Self.find(0x3B, in: rest) ?? rest.endIndex
                let pair = unsafe rest[..<end].drop { $0 == 0x20 || $0 == 0x09 }
                unsafe rest = rest[end...].dropFirst()
                guard let equals = unsafe Self.find(0x3D, in: pair) else { continue }
                if unsafe !body(pair[..<equals], pair[equals...].dropFirst()) { return }
            }
        }
    }

    /// As firstIndex(of:), but many bytes at a time: values are long.
    private static func find(_ byte: UInt8, in part: Part) -> Int? {
        let bytes = unsafe UnsafeBufferPointer(rebasing: part)
        guard let start = bytes.baseAddress else { return nil }
        let offset = unsafe platform_find(start, bytes.count, byte)
        return offset < bytes.count ? unsafe part.startIndex + offset : nil
    }
}
