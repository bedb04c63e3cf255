import Basics

extension FakeProvider {
    /// RFC 7009 2.1, 2.2: the client's authentication is as at the token endpoint; a refresh token takes its family along.
    /// With the lock held.
    func respond(toRevocation request: HTTPRequest) -> HTTPResponse {
        let fields = FormEncoding.decode(request.body) ?? []
        guard request.method == .post, isAuthentic(request) else { return .of(401, #"{"error":"invalid_client"}"#) }
        guard let token = fields.values(of: "token").first, let kind = fields.values(of: "token_type_hint").first,
            fields.count == 2
        else { return .of(400, #"{"error":"invalid_request"}"#) }
        revoked.append("\(kind) \(token)")
        if let family = families.firstIndex(where: { $0.contains(token) }) { revokedFamilies.insert(family) }
        return .of(200, "", nil)
    }
}
