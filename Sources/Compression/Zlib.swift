import CZlib

/// Data in zlib's format (RFC 1950).
package enum Zlib {
    /// Nil if memory runs out.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard let length = uLong(exactly: bytes.count) else { return nil }
        var compressedLength = compressBound(length)
        var compressed = [UInt8](repeating: 0, count: Int(clamping: compressedLength))
        let status = unsafe compress2(&compressed, &compressedLength, bytes, length, Z_DEFAULT_COMPRESSION)
        return status == Z_OK ? Array(compressed.prefix(Int(clamping: compressedLength))) : nil
    }

    /// The uncompressed bytes. Nil if they exceed `limit`, or if `bytes` are not such data from the first to the last.
    package static func decompress(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        guard limit > 0, var read = uLong(exactly: bytes.count), var length = uLongf(exactly: limit) else { return nil }
        var plain = [UInt8](repeating: 0, count: limit)
        guard unsafe uncompress2(&plain, &length, bytes, &read) == Z_OK, read == bytes.count else { return nil }
        return Array(plain.prefix(Int(clamping: length)))
    }
}
