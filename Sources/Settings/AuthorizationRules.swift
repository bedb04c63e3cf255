package import Basics
package import JSON

/// Who may sign in: conditions on a user's claims, all of which must hold. Without any: everybody.
package struct AuthorizationRules: Equatable, Sendable {
    package enum Condition: Equatable, Sendable {
        /// The verified address is one of these, or in one of these domains.
        case email(domains: [Text], addresses: [EmailAddress])
        /// The claim is one of these values, or a list that contains one. `key`: where the condition was written.
        case claim(ClaimPath, values: [JSON], key: Text)
        /// The claim is text, and neither empty nor one of these.
        case text(ClaimPath, except: [Text], key: Text)
    }

    package let conditions: [Condition]
    /// Whether an address matches whatever email_verified says.
    package let allowsUnverifiedEmail: Bool

    package init(conditions: [Condition] = [], allowsUnverifiedEmail: Bool = false) {
        self.conditions = conditions
        self.allowsUnverifiedEmail = allowsUnverifiedEmail
    }

    /// With more conditions.
    package func adding(_ more: [Condition]) -> AuthorizationRules {
        AuthorizationRules(conditions: conditions + more, allowsUnverifiedEmail: allowsUnverifiedEmail)
    }

    /// Why the user with these claims may not sign in, without revealing the claims; nil if they may.
    package func refusal(of claims: JSONObject) -> Text? {
        for condition in conditions {
            if let refusal = refusal(of: claims, by: condition) { return refusal }
        }
        return nil
    }

    private func refusal(of claims: JSONObject, by condition: Condition) -> Text? {
        switch condition {
        case .email(let domains, let addresses):
            return emailRefusal(of: claims, domains, addresses)
        case .claim(let path, let values, let key):
            guard let value = path.value(in: claims) else { return "\(key): the user has no claim \(path.text)" }
            let found = value.array ?? [value]
            return found.contains { values.contains($0) } ? nil : "\(key): the claim \(path.text) has no allowed value"
        case .text(let path, let refused, let key):
            guard let text = path.value(in: claims)?.text, !text.isEmpty, !refused.contains(text) else {
                return "\(key): the user has no allowed claim \(path.text)"
            }
            return nil
        }
    }

    /// OpenID Connect Core 5.1: email_verified is a boolean. Text or a number instead is ignored.
    private func emailRefusal(of claims: JSONObject, _ domains: [Text], _ addresses: [EmailAddress]) -> Text? {
        guard let text = claims["email"]?.text else { return "the user has no claim email that is text" }
        guard allowsUnverifiedEmail || claims["email_verified"] == .bool(true) else {
            return "the claim email_verified is not true"
        }
        guard let address = EmailAddress(text) else { return "the claim email is not a plain ASCII e-mail address" }
        guard domains.contains(address.domain) || addresses.contains(address) else {
            return "the user's e-mail address is in neither allowed_domains nor allowed_emails"
        }
        return nil
    }

    /// The top-level claims that the conditions may read.
    package var claimNames: [Text] {
        var names: [Text] = []
        for condition in conditions {
            switch condition {
            case .email: names += ["email", "email_verified"]
            case .claim(let path, _, _), .text(let path, _, _): names += path.firstNames
            }
        }
        return names
    }

    /// Different rules give different texts. Empty without rules.
    package var canonicalText: Text {
        guard !conditions.isEmpty else { return "" }
        return conditions.reduce(allowsUnverifiedEmail ? "unverified" : "verified") { text, condition in
            switch condition {
            case .email(let domains, let addresses):
                "\(text)\nemail\(Self.encode(domains))\(Self.encode(addresses.map { $0.text }))"
            case .claim(let path, let values, _):
                "\(text)\nclaim\(Self.encode([path.text]))\(Self.encode(values.map(Self.encode)))"
            case .text(let path, let refused, _):
                "\(text)\ntext\(Self.encode([path.text]))\(Self.encode(refused))"
            }
        }
    }

    /// Each text preceded by its length, so no two lists look alike.
    private static func encode(_ texts: [Text]) -> Text {
        texts.reduce(" \(texts.count)") { "\($0) \($1.count):\($1)" }
    }

    private static func encode(_ value: JSON) -> Text {
        switch value {
        case .string(let text): "text \(text)"
        case .integer(let number): "integer \(number)"
        case .bool(let bool): bool ? "true" : "false"
        // No condition has one: see AuthorizationRulesReader.
        case .null, .real, .array, .object: "none"
        }
    }
}
