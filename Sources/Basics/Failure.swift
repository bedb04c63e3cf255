/// Why an operation failed: the library's only error type.
package struct Failure: Error, Equatable {
    package let code: ErrorCode
    /// For developers and logs, in English. Never contains a secret, a token, a code or a cookie.
    package let message: Text
    /// The provider's own error code, when the provider said no (RFC 6749 4.1.2.1, 5.2).
    package let providerCode: Text?

    package init(_ code: ErrorCode, _ message: Text, providerCode: Text? = nil) {
        self.code = code
        self.message = message
        self.providerCode = providerCode
    }

    /// What a program and a support desk see: the provider's code where there is one, else ours.
    package var name: Text { providerCode ?? Text(code.entry.name) }
}
