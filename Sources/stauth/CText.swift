import Basics

/// Text at a fixed address with a NUL behind it, for C to borrow.
@safe
final class CText: @unchecked Sendable {
    /// What a request lends it as.
    enum Place {
        case headers, body, userJSON, claim, token, scope, url, verificationURI, userCode, session
    }

    private let storage: UnsafeMutableBufferPointer<UInt8>
    var place = Place.headers
    /// Of a claim.
    var name: Text = ""

    @inline(never)  // It has many callers.
    init(_ text: Text) {
        unsafe storage = .allocate(capacity: text.count + 1)
        _ = write(text, at: 0)
    }

    /// Space for headers and their NULs.
    fileprivate init(capacity: Int) {
        unsafe storage = .allocate(capacity: capacity)
    }

    /// Writes a text and its NUL, and gives where the next one begins. Traps without space for both.
    fileprivate func write(_ text: Text, at start: Int) -> Int {
        let end = start + text.count
        unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: storage[start..<end]))
            .copyBytes(from: text.bytes)
        unsafe storage[end] = 0
        return end + 1
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// Without the NUL.
    var count: Int { unsafe storage.count - 1 }

    func isLent(as place: Place, _ name: Text) -> Bool { self.place == place && self.name == name }

    func holds(_ text: Text) -> Bool {
        unsafe count == text.count && storage.starts(with: text.bytes)
    }

    var pointer: UnsafePointer<CChar>? {
        unsafe UnsafeRawPointer(storage.baseAddress)?.assumingMemoryBound(to: CChar.self)
    }
}

/// Headers for C to borrow, all in one block of memory.
struct CHeaders {
    let text: CText
    /// Where the names and values begin, in turn.
    private var starts: [Int]

    init(_ headers: [HTTPHeader]) {
        length = headers.reduce(0) { $0 + $1.name.count + $1.value.count + 2 }
        text = CText(capacity: length)
        starts = []
        starts.reserveCapacity(2 * headers.count)
        var end = 0
        for header in headers {
            starts.append(end)
            end = text.write(header.name, at: end)
            starts.append(end)
            end = text.write(header.value, at: end)
        }
    }

    var count: Int { starts.count / 2 }

    /// Of the whole block: each name and each value with its NUL.
    let length: Int

    /// Nil without a header at `index`.
    func name(_ index: Int) -> UnsafePointer<CChar>? { unsafe pointer(index, 0) }

    func value(_ index: Int) -> UnsafePointer<CChar>? { unsafe pointer(index, 1) }

    private func pointer(_ index: Int, _ part: Int) -> UnsafePointer<CChar>? {
        guard (0..<count).contains(index) else { return nil }
        return unsafe text.pointer.map { unsafe $0 + starts[2 * index + part] }
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
