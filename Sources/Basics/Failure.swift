/// Why an operation failed: the library's only error type.
package struct Failure: Error, Equatable {
    package let code: ErrorCode
    /// For developers and logs, in English. Never contains a secret, a token, a code or a cookie.
    package let message: Text
    private let providerError: ProviderError?

    package init(
        _ code: ErrorCode, _ message: Text, providerCode: Text? = nil, providerDescription: Text? = nil
    ) {
        self.code = code
        self.message = message
        providerError =
            providerCode == nil && providerDescription == nil ? nil : ProviderError(providerCode, providerDescription)
    }

    /// The code, as programs and support desks see it.
    package var name: Text { Text(code.entry.name) }

    /// What the provider said itself (RFC 6749 4.1.2.1, 5.2), for logs and operators: never compared with a code of ours,
    /// never on a page. May hold any character.
    package var providerCode: Text? { providerError?.code }
    package var providerDescription: Text? { providerError?.description }

    package static func == (one: Failure, other: Failure) -> Bool {
        one.code == other.code && one.message == other.message && one.providerCode == other.providerCode
            && one.providerDescription == other.providerDescription
    }
}

/// Behind a reference, since most failures have none.
private final class ProviderError: Sendable {
    private static let longestCode = 64
    private static let longestDescription = 512

    let code: Text?
    let description: Text?

    init(_ code: Text?, _ description: Text?) {
        self.code = Self.cut(code, Self.longestCode)
        self.description = Self.cut(description, Self.longestDescription)
    }

    private static func cut(_ text: Text?, _ limit: Int) -> Text? {
        guard let text, !text.isEmpty else { return nil }
        return text.prefix(atMost: limit)
    }
}
