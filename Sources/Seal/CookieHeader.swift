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

    /// The values of the cookies of this name, the first `limit` of them. A sibling site can set a second cookie of the
    /// same name, so the caller decides by what the values hold, never by their order.
    package func values(of name: Text, limit: Int = 4) -> [ArraySlice<UInt8>] {
        var values: [ArraySlice<UInt8>] = []
        forEachPair { candidate, value in
            if candidate.elementsEqual(name.bytes) { values.append(value) }
            return values.count < limit
        }
        return values
    }

    /// The names that begin with `prefix`, the first `limit` of them, each once.
    package func names(withPrefix prefix: Text, limit: Int) -> [Text] {
        var names: [Text] = []
        forEachPair { candidate, _ in
            if candidate.starts(with: prefix.bytes), let name = Text(validating: candidate), !names.contains(name) {
                names.append(name)
            }
            return names.count < limit
        }
        return names
    }

    /// Hands on each pair until `body` answers false.
    private func forEachPair(_ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool) {
        var rest = bytes
        while !rest.isEmpty {
            let end = Self.find(0x3B, in: rest) ?? rest.endIndex
            let pair = rest[..<end].drop { $0 == 0x20 || $0 == 0x09 }
            rest = rest[end...].dropFirst()
            guard let equals = Self.find(0x3D, in: pair) else { continue }
            if !body(pair[..<equals], pair[equals...].dropFirst()) { return }
        }
    }

    /// As firstIndex(of:), but many bytes at a time: values are long.
    private static func find(_ byte: UInt8, in bytes: ArraySlice<UInt8>) -> Int? {
        let offset = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe bytes.baseAddress.map { unsafe platform_find($0, bytes.count, byte) } ?? bytes.count
        }
        return offset < bytes.count ? bytes.startIndex + offset : nil
    }
}
