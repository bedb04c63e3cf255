package import Basics
import Environment

/// The parts of the request that the host passes on before it begins.
extension HostRequest {
    package func addHeader(_ name: Text, _ value: [UInt8]) throws(Failure) {
        try receivingHeader { () throws(Failure) in try incoming.addHeader(name, value) }
    }

    package func setBody(_ body: Text) throws(Failure) {
        try receivingBody { () throws(Failure) in
            guard body.count <= IncomingRequest.longestBody else {
                throw Failure(.tooLarge, "the request's body is longer than \(IncomingRequest.longestBody) bytes")
            }
            incoming.body = body
        }
    }

    /// For the log. Nil if it is unknown.
    package func setClientAddress(_ address: Text?) throws(Failure) {
        try requireNotBegun()
        incoming.requester.setAddress(address)
    }

    /// Runs `body`, which stores a header. If it fails, the request cannot begin: if the host ignores the failure, the
    /// request must not be judged without that header, which may show that another site caused it.
    package func receivingHeader(_ body: () throws(Failure) -> Void) throws(Failure) {
        try receive(isNeeded: true, body)
    }

    /// The same for the body, if the request needs one.
    package func receivingBody(_ body: () throws(Failure) -> Void) throws(Failure) {
        try receive(isNeeded: wantsBody, body)
    }

    private func receive(isNeeded: Bool, _ body: () throws(Failure) -> Void) throws(Failure) {
        try requireNotBegun()
        do throws(Failure) {
            try body()
        } catch {
            if isNeeded { loss = loss ?? error }
            throw error
        }
    }

    func requireNotBegun() throws(Failure) {
        guard !hasBegun else {
            throw Failure(.outOfSequence, "the request has begun: add headers and body before that")
        }
    }
}
