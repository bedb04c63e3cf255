internal import CStauth
internal import Synchronization

/// The library's part of a response.
public struct Answer: Sendable {
    /// The status of the library's response; nil if the program's page is the response.
    public let status: Int?
    /// Headers to add to the response, the library's or the program's, never in place of others. Names may repeat.
    public let headers: [(name: String, value: String)]
    /// The body of the library's response.
    public let body: [UInt8]
}

extension Visit {
    /// Ends the visit, once the page is made.
    ///
    /// Fails if another task is still in a call with it, or it has ended before. Then do not send the page: without the
    /// library's headers, caches may give it to others.
    public func finish() throws(StauthError) -> Answer {
        let ticket = phase.withLock { phase -> Ticket? in
            switch phase {
            case .here(let ticket):
                phase = .ended
                return ticket
            case .inACall:
                phase = .endsAfterTheCall
                return nil
            case .endsAfterTheCall, .ended:
                return nil
            }
        }
        guard let ticket else { throw StauthError.unavailable }
        defer { unsafe st_request_free(ticket.handle) }
        return try Answer(of: ticket)
    }
}

extension Answer {
    fileprivate init(of request: Ticket) throws(StauthError) {
        let status = Int(unsafe st_request_response_status(request.handle))
        var (block, length): (UnsafePointer<CChar>?, Int) = (nil, 0)
        try unsafe call { failure in unsafe st_request_response_headers(request.handle, &block, &length, failure) }
        headers = unsafe pairs(in: copied(block, length))
        self.status = status == 0 ? nil : status
        guard status != 0 else {
            body = []
            return
        }
        try unsafe call { failure in unsafe st_request_response_body(request.handle, &block, &length, failure) }
        body = unsafe copied(block, length)
    }
}

/// Reads "name NUL value NUL" for each header.
private func pairs(in block: [UInt8]) -> [(name: String, value: String)] {
    var parts = block.split(separator: 0, omittingEmptySubsequences: false).makeIterator()
    var found: [(name: String, value: String)] = []
    while let name = parts.next(), let value = parts.next() {
        found.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
    }
    return found
}
