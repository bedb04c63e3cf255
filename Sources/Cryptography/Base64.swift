package import Basics
import COpenSSL

/// base64 with padding (RFC 4648 4), for HTTP Basic credentials.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> Text {
        guard let length = Int32(exactly: bytes.count) else { return "" }
        // OpenSSL adds a NUL.
        var encoded = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let written = unsafe EVP_EncodeBlock(&encoded, bytes, length)
        return Text(wellFormed: encoded.prefix(Int(max(0, written))))
    }
}
