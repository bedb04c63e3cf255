import Platform

/// Bytes that are wiped when the last owner releases them: keys, client secrets, code verifiers, tokens.
@safe
package final class Secret: @unchecked Sendable {
    // Never changes after init, so threads may share it; only deinit, which has sole access, writes.
    private let storage: UnsafeMutableBufferPointer<UInt8>

    /// Copies `bytes`. Pass a temporary: the array lives as long as anyone owns it.
    package init(_ bytes: [UInt8]) {
        unsafe storage = .allocate(capacity: bytes.count)
        _ = unsafe storage.initialize(from: bytes)
    }

    package convenience init(_ text: Text) {
        self.init(text.bytes)
    }

    deinit {
        if let start = unsafe storage.baseAddress { unsafe platform_wipe(start, storage.count) }
        unsafe storage.deallocate()
    }

    package var count: Int { unsafe storage.count }

    /// A copy, which is wiped when it is freed: keep it short-lived.
    package var bytes: [UInt8] { unsafe Array(storage) }

    /// Lends the bytes. A copy of them is wiped when it is freed: keep it short-lived.
    package func withBytes<Result, E: Error>(_ body: (UnsafeBufferPointer<UInt8>) throws(E) -> Result) throws(E)
        -> Result
    {
        unsafe try body(UnsafeBufferPointer(storage))
    }
}

extension Secret {
    /// For a secret that was made from text.
    package func text() throws(Failure) -> Text {
        guard let text = unsafe Text(validating: withBytes { unsafe Array($0) }) else {
            throw Failure(.internalError, "a secret that should be text is not UTF-8")
        }
        return text
    }
}
