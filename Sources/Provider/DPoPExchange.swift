import Basics
import Environment
import OpenIDConnect

/// Requests whose access tokens are bound to a key of the login's own (RFC 9449).
extension CodeExchange {
    /// Sends a request with a proof, if access tokens are bound; without one, otherwise. Once more, and never twice, if the
    /// server wants another nonce: `makeRequest` then makes it anew, for nothing in it may be used again.
    func send(
        to server: DPoPNonces.Server, _ makeRequest: (DPoPProof?) throws(Failure) -> HTTPRequest
    ) throws(Failure) -> HTTPResponse {
        let response = try provider.sendAsClient(makeRequest(proof(for: server)), context)
        guard store(response, server), isNonceWanted(response, server) else { return response }
        let second = try provider.sendAsClient(makeRequest(proof(for: server)), context)
        _ = store(second, server)
        return second
    }

    private func proof(for server: DPoPNonces.Server) throws(Failure) -> DPoPProof? {
        guard let proofKey else { return nil }
        return DPoPProof(
            key: proofKey, id: try context.newID(), now: now.seconds, nonce: provider.nonces[server])
    }

    /// Every response may have the nonce for the next request (8.2). False if there is none, or none is of use.
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
