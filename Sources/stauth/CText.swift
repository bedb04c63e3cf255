import Basics

/// Text at a fixed address with a NUL behind it, for C to borrow.
@safe
final class CText: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<UInt8>

    init(_ text: Text) {
        unsafe storage = .allocate(capacity: text.count + 1)
        unsafe UnsafeMutableRawBufferPointer(storage).copyBytes(from: text.bytes)
        unsafe storage[text.count] = 0
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// Without the NUL.
    var count: Int { unsafe storage.count - 1 }

    var pointer: UnsafePointer<CChar>? {
        unsafe UnsafeRawPointer(storage.baseAddress)?.assumingMemoryBound(to: CChar.self)
    }
}

/// The text that `place` keeps for the life of the process, made on first use. Not a `let`, which a fork() could leave half
/// made for good (docs/adr/0023-forks.md).
func lendForGood(_ place: inout CText?, _ text: @autoclosure () -> Text) -> CText {
    withLock {
        let kept = place ?? CText(text())
        place = kept
        return kept
    }
}
