import Basics
import Provider
import RelyingParty
import Transport

extension ArraySlice<UInt8> {
    /// Takes away the bytes before the first `end`, and that; nil without one.
    fileprivate mutating func popPart(endingWith end: UInt8) -> ArraySlice<UInt8>? {
        guard let index = firstIndex(of: end) else { return nil }
        defer { self = self[(index + 1)...] }
        return self[..<index]
    }
}

/// The object behind an st_request: the request, and what C has borrowed from it.
@safe
final class RequestObject {
    static let longestMethod = 64
    static let longestTarget = 64 * 1024
    static let longestHeaderName = 256
    static let longestHeaderValue = 64 * 1024
    static let longestHeaderBlock = 192 * 1024
    static let longestBody = 64 * 1024
    static let longestName = 1024

    let request: HostRequest

    /// All text that C may still hold, even if newer text has replaced it.
    private var lent: [CText] = []
    private var headers: CHeaders?
    private var errorHandles: [OpaquePointer] = unsafe []
    private var reportedFailure: Failure?
    /// The request to a provider that the host makes, and its handle.
    private var exchange: (handle: OpaquePointer, object: ExchangeObject)?

    private var options = RequestOptions()

    init(_ request: HostRequest) {
        self.request = request
    }

    deinit {
        withdrawExchange()
        withdrawErrors()
    }

    static func of(_ handle: OpaquePointer?) throws(Failure) -> RequestObject {
        unsafe try Handle.require(handle, .request, as: RequestObject.self)
    }

    /// The same for functions that cannot fail.
    static func find(_ handle: OpaquePointer?) -> RequestObject? {
        unsafe Handle.object(handle, .request, as: RequestObject.self)
    }

    /// Names and values in turn, a NUL behind each.
    func addHeaders(_ block: [UInt8]) throws(Failure) {
        var rest = block[...]
        while !rest.isEmpty {
            guard let name = rest.popPart(endingWith: 0), let value = rest.popPart(endingWith: 0) else {
                throw Failure(.invalidArgument, "block is not name NUL value NUL for each header")
            }
            guard name.count <= Self.longestHeaderName, value.count <= Self.longestHeaderValue else {
                throw Failure(
                    .tooLarge,
                    "a header's name is longer than \(Self.longestHeaderName) bytes, or its value than "
                        + "\(Self.longestHeaderValue)")
            }
            guard let name = Text(validating: name) else { throw Failure(.invalidText, "a header's name is not UTF-8") }
            try request.addHeader(name, Array(value))
        }
    }

    /// Options apply to the next login or logout, whatever its outcome.
    func set(_ key: Text, to value: Text?) throws(Failure) {
        try request.requireBegun()
        try options.set(key, to: value)
    }

    func takeOptions() -> RequestOptions {
        defer { options = RequestOptions() }
        return options
    }

    func login(_ provider: UnsafePointer<CChar>?) throws(Failure) {
        let options = takeOptions().login
        let provider = try request.recordingFailure { () throws(Failure) in
            unsafe try Input.optionalText(provider, "provider", limit: Self.longestName)
        }
        try changing { () throws(Failure) in try request.login(provider: provider, options) }
    }

    func logout() throws(Failure) {
        let reach = takeOptions().logoutReach
        try changing { () throws(Failure) in try request.logout(reach) }
    }

    /// Runs code that changes the response or the user, so the headers are lent anew. An exchange that the request no longer
    /// waits for ends.
    func changing<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let pending = request.pending
        defer {
            headers = nil
            if request.pending !== pending { withdrawExchange() }
        }
        return try body()
    }

    // MARK: - Exchanges

    /// The request to a provider that the host must make, as a handle that lives until the request continues; nil without
    /// one.
    func lendExchange() -> OpaquePointer? {
        guard let pending = request.pending else { return nil }
        if let exchange = unsafe exchange { return unsafe exchange.handle }
        let object = ExchangeObject(pending.request, within: pending.limits)
        guard let handle = unsafe try? Handle.issue(object, .exchange) else { return nil }
        unsafe exchange = (handle, object)
        return unsafe handle
    }

    func resume() throws(Failure) -> HostRequest.Step {
        guard let pending = request.pending else {
            throw Failure(.outOfSequence, "the request is not waiting: st_request_exchange() returns nothing for it")
        }
        let exchange = unsafe exchange?.object ?? ExchangeObject(pending.request, within: pending.limits)
        let answer: Result<HTTPResponse, Failure> =
            exchange.response.map { .success($0) } ?? .failure(exchange.unanswered(pending.request))
        return try request.resume(with: answer)
    }

    private func withdrawExchange() {
        guard let handle = unsafe exchange?.handle else { return }
        unsafe exchange = nil
        unsafe Handle.withdraw(handle, .exchange, as: ExchangeObject.self)
    }

    func lendHeaders() -> CHeaders {
        if let headers { return headers }
        let made = CHeaders(request.responseHeaders)
        _ = keep(made.text)
        headers = made
        return made
    }

    func lendUserJSON() -> CText {
        headers = nil  // From now on the page depends on the user, and the headers say so to caches.
        return lend(request.readUser(), as: .userJSON)
    }

    /// What of the user C gets one by one.
    func readUser<Value>(_ read: (HostRequest) throws(Failure) -> Value) throws(Failure) -> Value {
        try request.requireBegun()
        headers = nil  // As with all of the user.
        return try read(request)
    }

    func lendClaim(_ name: Text) throws(Failure) -> CText? {
        try readUser { (request) throws(Failure) in request.claim(name) }.map { lend($0, as: .claim, name) }
    }

    func lendBody() -> CText { lend(request.responseBody, as: .body) }

    /// The same address as the last time, for the same text.
    func lend(_ text: Text, as place: CText.Place, _ name: Text = "") -> CText {
        if let same = lent.first(where: { $0.isLent(as: place, name) && $0.holds(text) }) { return same }
        let made = CText(text)
        (made.place, made.name) = (place, name)
        return keep(made)
    }

    /// A native program's request may live for days: there, other text takes the place of earlier text.
    private func keep(_ text: CText) -> CText {
        if request.isNative, let earlier = lent.firstIndex(where: { $0.isLent(as: text.place, text.name) }) {
            lent[earlier] = text
        } else {
            lent.append(text)
        }
        return text
    }

    /// A handle that lives as long as the request, or, as with text, until another takes its place.
    func lendError() -> OpaquePointer? {
        guard let failure = request.failure else { return nil }
        if failure != reportedFailure, let handle = unsafe try? Handle.issue(ErrorObject(failure), .error) {
            if request.isNative { withdrawErrors() }
            unsafe errorHandles.append(handle)
            reportedFailure = failure
        }
        return unsafe errorHandles.last
    }

    private func withdrawErrors() {
        unsafe errorHandles.forEach { unsafe Handle.withdraw($0, .error, as: ErrorObject.self) }
        unsafe errorHandles = []
    }
}
