internal import CStauth

/// A handle of the library's: a ticket, not an address. One that was freed is refused, so copies do no harm.
@safe struct Ticket: @unchecked Sendable {
    let handle: OpaquePointer
}

/// The way to all functions that can fail: frees the library's error.
func call(_ function: (UnsafeMutablePointer<OpaquePointer?>) -> st_status) throws(StauthError) {
    var failure: OpaquePointer?
    let status = unsafe function(&failure)
    guard status != ST_OK else { return }
    defer { unsafe st_error_free(failure) }
    throw unsafe StauthError(reading: failure, status: status)
}

/// The way to all functions that make a handle.
func make(
    _ function: (UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<OpaquePointer?>) -> st_status
) throws(StauthError) -> Ticket {
    var handle: OpaquePointer?
    try unsafe call { failure in unsafe function(&handle, failure) }
    guard let handle = unsafe handle else { throw StauthError(.internal, "internal_error", "the library made nothing") }
    return unsafe Ticket(handle: handle)
}

/// Text for C ends at the first NUL: there must be no other.
func checked(_ text: String) throws(StauthError) -> String {
    guard !text.utf8.contains(0) else {
        throw StauthError(.invalidArgument, "invalid_text", httpStatus: 400, "text must not contain a NUL")
    }
    return text
}

func checked(_ text: String?) throws(StauthError) -> String? {
    guard let text else { return nil }
    return try checked(text) as String
}

/// A copy of borrowed text; nil for NULL.
func copied(_ text: UnsafePointer<CChar>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
}

/// A copy of borrowed bytes; none for NULL.
func copied(_ bytes: UnsafePointer<CChar>?, _ length: Int) -> [UInt8] {
    unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: bytes == nil ? 0 : length))
}

/// Lends bytes to C, whose functions have them as text.
func lend<Value>(
    _ bytes: [UInt8], _ body: (UnsafePointer<CChar>?, Int) throws(StauthError) -> Value
) throws(StauthError) -> Value {
    let lent: Result<Value, StauthError> = unsafe bytes.withUnsafeBytes { buffer in
        do throws(StauthError) {
            return try .success(unsafe body(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count))
        } catch {
            return .failure(error)
        }
    }
    return try lent.get()
}
