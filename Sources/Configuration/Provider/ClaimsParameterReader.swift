import Basics
import JSON

/// The parameter claims (OIDC Core 5.5) and required_acr_values, which is sent in it: the claims requested from the
/// provider, and those that the ID token must contain.
struct ClaimsParameter {
    fileprivate var members = JSONObject()
    /// The values of which the ID token's acr must be one (OIDC Core 5.5.1.1); empty if none is requested as essential.
    fileprivate(set) var requiredContexts: [Text] = []
    fileprivate(set) var requiresAuthenticationTime = false
    /// The parameters to send.
    fileprivate(set) var fields: [FormEncoding.Field] = []
}

/// Reads the parameter claims of client_kwargs, and required_acr_values.
struct ClaimsParameterReader {
    private static var key: Text { "claims" }
    private static var contextsKey: Text { "required_acr_values" }

    private let provider: Section
    private let section: Section?

    /// `section`: client_kwargs.
    init(_ provider: Section, _ section: Section?) {
        self.provider = provider
        self.section = section
    }

    func read() -> ClaimsParameter {
        var claims = ClaimsParameter()
        if let section, section.has(Self.key) { readClaims(section, into: &claims) }
        if provider.has(Self.contextsKey) { readContexts(into: &claims) }
        guard !claims.members.members.isEmpty else { return claims }
        if let text = (section ?? provider).parameter(Self.key, json: .object(claims.members)) {
            claims.fields.append(.init(Self.key, text))
        }
        return claims
    }

    private func readClaims(_ section: Section, into claims: inout ClaimsParameter) {
        guard let json = section.json(Self.key) else { return }
        guard let object = json.object, object["id_token"] != nil || object["userinfo"] != nil else {
            section.report(
                Self.key, "must be a table with id_token, userinfo or both, such as { id_token = { acr = {} } }")
            return
        }
        for name: Text in ["id_token", "userinfo"] {
            guard let value = object[name] else { continue }
            guard let requests = value.object, requests.members.allSatisfy({ isRequest($0.value) }) else {
                section.report(
                    Self.key,
                    "\(name) must be a table of claims, each {} or with essential, value or values, such as "
                        + "{ email = { essential = true } }")
                return
            }
        }
        claims.members = object
        readEssential(section, into: &claims)
    }

    /// OIDC Core 5.5.1.
    private func isRequest(_ value: JSON) -> Bool {
        guard let request = value.object else { return value == .null }
        guard request["essential"] == nil || request["essential"]?.bool != nil else { return false }
        return request["values"].map { ($0.array ?? []).isEmpty == false } ?? true
    }

    /// The requirements on the ID token: the response to essential requests.
    private func readEssential(_ section: Section, into claims: inout ClaimsParameter) {
        let requests = claims.members["id_token"]?.object
        claims.requiresAuthenticationTime = requests?["auth_time"]?.object?["essential"] == .bool(true)
        guard let acr = requests?["acr"]?.object, acr["essential"] == .bool(true) else { return }
        let values = (acr["value"].map { [$0] } ?? []) + (acr["values"]?.array ?? [])
        claims.requiredContexts = values.compactMap { $0.text }
        if claims.requiredContexts.count != values.count {
            section.report(Self.key, "requests an acr that is not text")
        }
    }

    /// OIDC Core 5.5.1.1: as an essential claim. Also as acr_values, for providers that do not support the parameter claims.
    private func readContexts(into claims: inout ClaimsParameter) {
        guard let values = provider.texts(Self.contextsKey) else { return }
        guard values.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
            provider.report(Self.contextsKey, "contains a value that is empty or has a space; write a list of values")
            return
        }
        if section?.has("acr_values") ?? false {
            provider.report(
                Self.contextsKey, "is sent as acr_values, which is in client_kwargs too; keep one of the two")
        }
        var requests = claims.members["id_token"]?.object ?? JSONObject()
        if requests["acr"] != nil {
            provider.report(Self.contextsKey, "requests acr, and so does claims in client_kwargs; keep one of the two")
        }
        var acr = JSONObject()
        acr["essential"] = .bool(true)
        acr["values"] = .array(values.map { .string($0) })
        requests["acr"] = .object(acr)
        claims.members["id_token"] = .object(requests)
        claims.requiredContexts = values
        claims.fields.append(.init("acr_values", values.joined(with: " ")))
    }
}
