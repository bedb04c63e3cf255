internal import FoundationEssentials
internal import Stauth
internal import Synchronization

/// Answers the library's requests inside of the process.
final class Provider: Sendable {
    static let issuer = "https://provider.test"
    static let metadataPath = "/.well-known/openid-configuration"
    static let clientID = "test"

    let secret = random()
    /// The members of the ID token, by code, and then by refresh token.
    private let granted = Mutex<[String: String]>([:])

    /// Stands in for the user's consent: a code for these claims.
    func authorize(nonce: String, claims: String) throws -> String {
        let isObject = claims.first == "{" && claims.last == "}"
        let inner = claims.dropFirst().dropLast().drop { $0 == " " }
        guard isObject else { throw TestAppError(description: "the claims must be an object of JSON") }
        var members = [#""iss":"\#(Self.issuer)","nonce":"\#(nonce)""#]
        if !inner.contains(#""sub""#) {
            members.append(#""sub":"user""#)
        }
        if !inner.isEmpty {
            members.append(String(inner))
        }
        let code = random()
        granted.withLock { $0[code] = members.joined(separator: ",") }
        return code
    }

    func answer(_ exchange: Exchange) throws -> Reply {
        let path = exchange.url.hasPrefix(Self.issuer) ? exchange.url.dropFirst(Self.issuer.count) : ""
        let body =
            switch path {
            case Self.metadataPath: Self.metadata
            case "/keys": #"{"keys":[]}"#  // the ID token is signed with the client's secret
            case "/token": try token(String(decoding: exchange.body, as: UTF8.self))
            default: throw TestAppError(description: "nothing is at \(exchange.url)")
            }
        return Reply(status: 200, headers: [(name: "Content-Type", value: "application/json")], body: Array(body.utf8))
    }

    private static var metadata: String {
        """
        {"issuer":"\(issuer)","authorization_endpoint":"\(issuer)/authorize","token_endpoint":"\(issuer)/token",
        "jwks_uri":"\(issuer)/keys","response_types_supported":["code"],"subject_types_supported":["public"],
        "id_token_signing_alg_values_supported":["HS256"],"authorization_response_iss_parameter_supported":true}
        """
    }

    /// The token response to this form; each code and each refresh token serves once.
    private func token(_ form: String) throws -> String {
        let code = parameter("code", of: form) ?? parameter("refresh_token", of: form) ?? ""
        guard let members = granted.withLock({ $0.removeValue(forKey: code) }) else {
            throw TestAppError(description: "an unknown code")
        }
        let following = random()
        granted.withLock { $0[following] = members }
        let now = Int(Date().timeIntervalSince1970)
        let claims = #"{"aud":"\#(Self.clientID)","iat":\#(now),"exp":\#(now + 300),\#(members)}"#
        let signed = base64URL(Array(#"{"alg":"HS256"}"#.utf8)) + "." + base64URL(Array(claims.utf8))
        let signature = base64URL(hmacSHA256(key: Array(secret.utf8), Array(signed.utf8)))
        return """
            {"access_token":"\(random())","token_type":"Bearer","expires_in":3600,"refresh_token":"\(following)",
            "id_token":"\(signed).\(signature)"}
            """
    }
}

/// Base64url without padding (RFC 4648, section 5).
private func base64URL(_ bytes: [UInt8]) -> String {
    String(
        Data(bytes).base64EncodedString().compactMap { letter -> Character? in
            switch letter {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: letter
            }
        })
}
