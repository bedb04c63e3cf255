import Basics
import Foundation
import JSON

/// Logins on another device (RFC 8628).
extension FakeProvider {
    /// 3.1, 3.2. With the lock held.
    func respondWithDeviceCode(to request: HTTPRequest) -> HTTPResponse {
        let fields = FormEncoding.decode(request.body) ?? []
        guard request.method == .post, isAuthentic(request), fields.values(of: "client_id") == [Text(clientID)],
            fields.values(of: "scope").first?.string.hasPrefix("openid") == true
        else { return .of(401, #"{"error":"invalid_client"}"#) }
        let code = Text("device-code-\(issued.count)-of-\(clientID)")
        issued.append(code)
        deviceCodes.append(code)
        return .json([
            "device_code": .string(code), "user_code": "WDJB-MJHT", "verification_uri": "\(issuer)/go",
            "verification_uri_complete": "\(issuer)/go?code=WDJB-MJHT", "expires_in": 600, "interval": 5,
        ])
    }

    /// 3.4, 3.5: a code is good once. With the lock held.
    func respondWithTokens(toDevice request: HTTPRequest, _ fields: [FormEncoding.Field]) -> HTTPResponse {
        guard fields.values(of: "grant_type") == ["urn:ietf:params:oauth:grant-type:device_code"], isAuthentic(request)
        else { return .of(401, #"{"error":"invalid_client"}"#) }
        guard let index = deviceCodes.firstIndex(of: fields.values(of: "device_code").first ?? "") else {
            return .of(400, #"{"error":"invalid_grant"}"#)
        }
        if let deviceError { return .of(400, "{\"error\":\"\(deviceError)\"}") }
        deviceCodes.remove(at: index)
        families.append([])
        return .json(tokens(nonce: nil, family: families.count - 1))
    }
}
