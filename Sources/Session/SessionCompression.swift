import Basics
import Compression

/// Large sessions are compressed before they are sealed, where that spares a cookie (docs/adr/0018-header-budgets.md).
enum SessionCompression {
    /// What zlib's data begins with, at the level that is used. A session that is not compressed begins with "{".
    private static let mark: UInt8 = 0x78
    /// Of a session before it is compressed: each request expands it.
    private static let longest = 16 * 1024

    /// As they are if they are too many, or would not become fewer.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count <= longest, let compressed = Zlib.compress(bytes), compressed.first == mark,
            compressed.count < bytes.count
        else { return bytes }
        return compressed
    }

    static func isCompressed(_ bytes: borrowing [UInt8]) -> Bool { bytes.first == mark }

    /// The session that was compressed. The bytes come out of a seal of ours.
    static func session(in bytes: [UInt8]) -> Session? {
        guard let encoded = Zlib.decompress(bytes, limit: longest) else { return nil }
        return Session(encoded)
    }
}
