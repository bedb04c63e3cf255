import Basics
import Foundation
import Transport

/// All there is to reach: some providers. What nobody answers for is a failed test, and a failed request.
package final class FakeNetwork: Transport, @unchecked Sendable {
    package let providers: [FakeProvider]
    private let lock = NSLock()
    private var lost: [String] = []
    private var sent: [(request: HTTPRequest, limits: ConnectionSettings)] = []

    package init(_ providers: [FakeProvider]) { self.providers = providers }

    /// Requests to addresses that no provider has.
    package var strayRequests: [String] { lock.withLock { lost } }

    /// Every request, and how it was to be made.
    package var exchanges: [(request: HTTPRequest, limits: ConnectionSettings)] { lock.withLock { sent } }

    package func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        lock.withLock { sent.append((request, limits)) }
        for provider in providers {
            if let endpoint = provider.endpoint(of: request) { return try provider.respond(to: request, at: endpoint) }
        }
        lock.withLock { lost.append(request.url.text.string) }
        throw Failure(.providerUnreachable, "nobody is at this address")
    }
}
