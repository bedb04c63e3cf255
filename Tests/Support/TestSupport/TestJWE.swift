import Basics
import CTestSupport
import Cryptography
import JOSE
import JSON
import OpenIDConnect

/// A provider's side of encrypted tokens: RSA-OAEP-256 for the client's key, or dir with its secret (OIDC Core 10.2).
package struct TestJWE {
    package enum Recipient {
        case key(TestKey)
        case clientSecret(String)
    }

    package let recipient: Recipient
    package var header: JSONObject
    /// What A256GCM is used with; for a test to get it wrong.
    package var plaintext: [UInt8]

    /// `contentType`: "JWT" if a signed token is inside.
    package init(_ plaintext: Text, for recipient: Recipient, contentType: Text? = "JWT") {
        self.recipient = recipient
        self.plaintext = plaintext.bytes
        switch recipient {
        case .key: header = ["alg": "RSA-OAEP-256", "enc": "A256GCM"]
        case .clientSecret: header = ["alg": "dir", "enc": "A256GCM"]
        }
        if let contentType { header["cty"] = .string(contentType) }
    }

    /// What a client is configured with that this is for.
    package static func encryption(for recipient: Recipient) -> TokenEncryption {
        switch recipient {
        case .key: TokenEncryption(algorithm: .rsaOAEP256, encryption: .a256GCM)
        case .clientSecret: TokenEncryption(algorithm: .dir, encryption: .a256GCM)
        }
    }

    /// Sets members of the header, before anything is computed over it; `.null` takes one out.
    package mutating func change(header changes: JSONObject) {
        for member in changes.members { header[member.name] = member.value == .null ? nil : member.value }
    }

    /// RFC 7516 5.1.
    package func encrypted() throws -> Text {
        let random = SystemRandomSource()
        let (key, encryptedKey): ([UInt8], [UInt8])
        switch recipient {
        case .key(let pair):
            key = try random.bytes(32)
            encryptedKey = pair.encrypt(key)
            guard !encryptedKey.isEmpty else { throw Failure(.internalError, "the test's key does not encrypt") }
        case .clientSecret(let secret):
            key = try Digest.sha256.hash(Array(secret.utf8))
            encryptedKey = []
        }
        let nonce = try random.bytes(12)
        let start = Base64URL.encode(header.bytes)
        var sealed = [UInt8](repeating: 0, count: plaintext.count + 16)
        guard test_seal(key, nonce, start.bytes, start.count, plaintext, plaintext.count, &sealed) else {
            throw Failure(.internalError, "OpenSSL does not encrypt")
        }
        let parts = [encryptedKey, nonce, Array(sealed.dropLast(16)), Array(sealed.suffix(16))]
        return ([start] + parts.map { Base64URL.encode($0) }).joined(with: ".")
    }
}
