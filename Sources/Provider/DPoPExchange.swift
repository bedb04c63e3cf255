import Basics
import Environment
import OpenIDConnect

/// Requests whose access tokens are bound to a key made at the login (RFC 9449).
extension TokenExchange {
    /// Sends a request, with a proof if access tokens are bound. If the server asks for another nonce, sends it once more,
    /// and never twice: `makeRequest` then makes it anew, because nothing in it may be reused.
    func send(
        to server: DPoPNonces.Server, _ makeRequest: (DPoPProof?) throws(Failure) -> HTTPRequest
    ) throws(Failure) -> HTTPResponse {
        let response = try sendOnce(to: server, makeRequest)
        guard store(response, server), isNonceWanted(response, server) else { return response }
        let second = try sendOnce(to: server, makeRequest)
        _ = store(second, server)
        return second
    }

    private func sendOnce(
        to server: DPoPNonces.Server, _ makeRequest: (DPoPProof?) throws(Failure) -> HTTPRequest
    ) throws(Failure) -> HTTPResponse {
        try provider.sendAsClient(context) { () throws(Failure) in try makeRequest(proof(for: server)) }
    }

    private func proof(for server: DPoPNonces.Server) throws(Failure) -> DPoPProof? {
        guard let proofKey else { return nil }
        return DPoPProof(
            key: proofKey, id: try context.newID(), now: now.seconds, nonce: provider.nonces[server])
    }

    /// Every response may contain the nonce for the next request (8.2). False without a usable one.
    private func store(_ response: HTTPResponse, _ server: DPoPNonces.Server) -> Bool {
        guard proofKey != nil, let nonce = DPoPNonce.next(in: response) else { return false }
        provider.nonces.store(nonce, of: server)
        return true
    }

    private func isNonceWanted(_ response: HTTPResponse, _ server: DPoPNonces.Server) -> Bool {
        switch server {
        case .authorizationServer: DPoPNonce.isWanted(byTokenEndpoint: response)
        case .resourceServer: DPoPNonce.isWanted(byResource: response)
        }
    }
}
