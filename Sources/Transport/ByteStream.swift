package import Basics
import CCurl
import Platform

/// A connection for another protocol than HTTP. libcurl, which is loaded for the first one, looks the name up, connects and
/// does TLS. One thread at a time uses it. Deadlines are milliseconds of the monotonic clock.
@safe
package final class ByteStream {
    private static let chunk = 16 * 1024

    private let handle: OpaquePointer
    /// The process that made it. A child has the same socket, but anything it said there would confuse the parent.
    private let generation = platform_fork_count()

    private init(_ handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        if generation == platform_fork_count() {
            unsafe ccurl_stream_close(handle)
        } else {
            unsafe ccurl_stream_abandon(handle)
        }
    }

    /// `url`: https for TLS. Fails with the code and message of `makeFailure`.
    package static func open(
        to url: AbsoluteURL, certificateAuthorityFile: Text?, by deadline: Int64,
        _ makeFailure: (Text) -> Failure
    ) throws(Failure) -> ByteStream {
        guard withoutForks({ ccurl_load() }) else {
            throw Failure(.networkLibraryMissing, "libcurl 7.87 or newer (libcurl.so.4) cannot be loaded")
        }
        let places = AuthorityPlaces(configured: certificateAuthorityFile)
        var errorText = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let handle = unsafe try withCString(url.text) { (text) throws(Failure) in
            unsafe try withCString(places.file) { (file) throws(Failure) in
                unsafe try withCString(places.folder) { folder -> OpaquePointer? in
                    guard let text = unsafe text else { return nil }
                    var options = unsafe ccurl_stream_options(
                        url: text, authority_file: file, authority_folder: folder)
                    return unsafe ccurl_stream_open(&options, deadline, &errorText)
                }
            }
        }
        if let handle = unsafe handle { return unsafe ByteStream(handle) }
        // Part of it may come from the other side.
        let visible = errorText.prefix { $0 != 0 }.map { (0x20...0x7E).contains($0) ? UInt8(bitPattern: $0) : 0x3F }
        throw makeFailure(Text(wellFormed: visible))
    }

    /// Whether this process made it, and nothing has arrived that nobody asked for.
    package var isUsable: Bool {
        unsafe generation == platform_fork_count() && ccurl_stream_is_quiet(handle)
    }

    /// False if the connection has ended, or at the deadline.
    package func send(_ bytes: [UInt8], by deadline: Int64) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return true }
            return unsafe ccurl_stream_send(handle, start, buffer.count, deadline)
        }
    }

    /// Adds what arrives next; false if the connection has ended, or at the deadline.
    package func receive(into bytes: inout [UInt8], by deadline: Int64) -> Bool {
        let before = bytes.count
        bytes.append(addingCapacity: Self.chunk) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = buffer.baseAddress else { return }
                let room = buffer.count - count
                let received = unsafe ccurl_stream_receive(handle, start + count, room, deadline)
                if received > 0 { count += min(received, room) }
            }
        }
        return bytes.count > before
    }
}
