import Basics
import Compression

/// Large sessions are compressed before they are sealed, if that saves a cookie (docs/adr/0018-header-budgets.md).
enum SessionCompression {
    /// The first bytes of zlib's data, at the level in use. An uncompressed session begins with "{".
    private static let mark: UInt8 = 0x78
    /// The maximum size of a session before compression: each request expands it.
    private static let longest = 16 * 1024

    /// Unchanged if there are too many bytes, or if they would not become fewer.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count <= longest, let compressed = Zlib.compress(bytes), compressed.first == mark,
            compressed.count < bytes.count
        else { return bytes }
        return compressed
    }

    static func isCompressed(_ bytes: borrowing [UInt8]) -> Bool { bytes.first == mark }

    /// The decompressed session. The bytes come out of one of our seals.
    static func session(in bytes: [UInt8]) -> Session? {
        guard let encoded = Zlib.decompress(bytes, limit: longest) else { return nil }
        return Session(encoded)
    }
}
