import CZlib

/// Data in zlib's format (RFC 1950).
package enum Zlib {
    /// Nil if memory runs out, or without a zlib.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var length = czlib_bound(bytes.count)
        guard length > 0 else { return nil }
        var compressed = [UInt8](repeating: 0, count: length)
        guard unsafe czlib_compress(bytes, bytes.count, &compressed, &length) else { return nil }
        return Array(compressed.prefix(length))
    }

    /// The uncompressed bytes. Nil if they exceed `limit`, or if `bytes` are not such data from the first to the last.
    package static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard limit > 0 else { return nil }
        var plain = [UInt8](repeating: 0, count: limit)
        var length = limit
        guard unsafe czlib_decompress(bytes, bytes.count, &plain, &length) else { return nil }
        return Array(plain.prefix(length))
    }
}
