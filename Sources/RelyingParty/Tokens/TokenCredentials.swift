import Basics

/// The access token of a request, and how it is presented: in the header Authorization alone (RFC 6750 2.1, RFC 9449 7.1).
struct TokenCredentials {
    private static let longest = 16 * 1024

    let token: Text
    /// The header DPoP; nil for a bearer token.
    let proof: Text?

    init(_ incoming: IncomingRequest) throws(Failure) {
        guard let (_, token) = incoming.authorization?.splitOnce(at: " "), (1...Self.longest).contains(token.count),
            token.bytes.allSatisfy(Self.isOfToken)
        else {
            throw Failure(.authorizationHeaderInvalid, "there are two headers Authorization, or no token in the header")
        }
        self.token = token
        guard incoming.tokenScheme == .dpop else {
            proof = nil
            return
        }
        guard let proof = incoming.proof, !proof.isEmpty else {
            throw Failure(.accessTokenProofInvalid, "the request has no DPoP proof, or more than one header DPoP")
        }
        self.proof = proof
    }

    /// The characters of b64token (RFC 6750 2.1).
    private static func isOfToken(_ byte: UInt8) -> Bool {
        FormEncoding.isUnreserved(byte) || byte == 0x2B || byte == 0x2F || byte == 0x3D
    }
}

/// The schemes of access tokens.
enum TokenScheme { case bearer, dpop }

extension IncomingRequest {
    /// Nil for a request without a token, or with other credentials. Two headers are refused like a malformed token.
    var tokenScheme: TokenScheme? {
        guard let authorization else { return nil }
        switch (authorization.splitOnce(at: " ")?.before ?? authorization).lowercasedASCII() {
        case "bearer", "": return .bearer
        case "dpop": return .dpop
        default: return nil
        }
    }
}
