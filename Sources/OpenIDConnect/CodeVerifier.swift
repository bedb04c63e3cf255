package import Basics
import Cryptography

/// The secret of PKCE (RFC 7636 4.1) that binds the token request to the browser that began the login.
package struct CodeVerifier: Sendable {
    package let text: Text

    /// From 32 random bytes: 43 characters, as the RFC recommends. The same bytes produce the same verifier.
    package init(random bytes: ArraySlice<UInt8>) {
        text = Base64URL.encode(bytes)
    }

    /// The code challenge for the method S256 (RFC 7636 4.2).
    func challenge() throws(Failure) -> Text {
        Base64URL.encode(try Digest.sha256.hash(text.bytes))
    }
}
