import Basics
import JSON
import Settings

/// Reads who may sign in. Any invalid rule is a problem, and with a problem there is no application.
struct AuthorizationRulesReader {
    private let section: Section
    private let shared: AuthorizationRules

    private static let most = 1000
    private static var domainsKey: Text { "allowed_domains" }
    private static var emailsKey: Text { "allowed_emails" }
    private static var groupsKey: Text { "allowed_groups" }
    private static var claimsKey: Text { "required_claims" }
    private static var unverifiedKey: Text { "insecure_allow_unverified_email" }

    init(_ section: Section, adding shared: AuthorizationRules) {
        self.section = section
        self.shared = shared
    }

    /// The rules of `section`, and those of `shared`, which also apply.
    func read() -> AuthorizationRules {
        AuthorizationRules(
            conditions: shared.conditions + emailCondition() + groupCondition() + claimConditions(),
            allowsUnverifiedEmail: section.boolean(Self.unverifiedKey) ?? shared.allowsUnverifiedEmail)
    }

    // MARK: - E-mail addresses

    private func emailCondition() -> [AuthorizationRules.Condition] {
        guard section.has(Self.domainsKey) || section.has(Self.emailsKey) else { return [] }
        let domains = texts(Self.domainsKey).compactMap { domain($0) }
        let addresses = texts(Self.emailsKey).compactMap { address($0) }
        return [.email(domains: domains, addresses: addresses)]
    }

    private func domain(_ text: Text) -> Text? {
        if let domain = EmailAddress.domain(text) { return domain }
        let advice: Text = "the part after the \"@\", such as \"example.org\"; internationalized ones begin with xn--"
        section.report(Self.domainsKey, "must be domains: \(advice)")
        return nil
    }

    private func address(_ text: Text) -> EmailAddress? {
        if let address = EmailAddress(text) { return address }
        section.report(Self.emailsKey, "must be plain ASCII e-mail addresses, such as \"ada@example.org\"")
        return nil
    }

    // MARK: - Claims

    private func groupCondition() -> [AuthorizationRules.Condition] {
        guard section.has(Self.groupsKey), let path = ClaimPath("groups") else { return [] }
        return [.claim(path, values: texts(Self.groupsKey).map { .string($0) }, key: Self.groupsKey)]
    }

    private func claimConditions() -> [AuthorizationRules.Condition] {
        guard let entry = section[Self.claimsKey] else { return [] }
        guard case .table(let entries) = entry.value, !entries.isEmpty else {
            section.report(
                Self.claimsKey, "must be a table of claims and values, such as { \"realm_access.roles\" = \"admin\" }")
            return []
        }
        return claimConditions(section.section(entry, entries), below: "")
    }

    /// For TOML, a key without quotes is also a path: a.b = 1 is a table in a table.
    private func claimConditions(_ table: Section, below prefix: Text) -> [AuthorizationRules.Condition] {
        table.entries.flatMap { entry -> [AuthorizationRules.Condition] in
            let name = prefix + entry.key
            if case .table(let entries) = entry.value, !entry.value.isReference {
                if entries.isEmpty { table.report(entry.key, "is empty; write the claim's value") }
                return claimConditions(table.section(entry, entries), below: name + ".")
            }
            guard let path = ClaimPath(name) else {
                table.report(entry.key, "is not a path to a claim: 1 to 256 characters and at most 8 dots")
                return []
            }
            if path.firstNames.contains(where: ReservedClaims.all.contains) {
                table.report(entry.key, "is reserved by the library; no claim of this name can be required")
            }
            return [.claim(path, values: values(entry, table), key: Self.claimsKey)]
        }
    }

    private func values(_ entry: ConfigurationEntry, _ table: Section) -> [JSON] {
        switch entry.value {
        case .list(let list) where list.isEmpty || list.count > Self.most:
            table.report(entry.key, "must have 1 to \(Self.most) values")
            return []
        case .list(let list):
            return list.compactMap { value($0, entry, table) }
        default:
            return value(entry.value, entry, table).map { [$0] } ?? []
        }
    }

    private func value(_ value: ConfigurationValue, _ entry: ConfigurationEntry, _ table: Section) -> JSON? {
        switch value {
        case .boolean(let boolean): return .bool(boolean)
        case .integer(let integer): return .integer(integer)
        default: return table.text(value, entry.key, entry.origin).map { .string(nonEmpty($0, entry.key, table)) }
        }
    }

    private func texts(_ key: Text) -> [Text] {
        (section.texts(key, most: Self.most) ?? []).map { nonEmpty($0, key, section) }
    }

    private func nonEmpty(_ text: Text, _ key: Text, _ section: Section) -> Text {
        if text.isEmpty { section.report(key, "contains an empty value; remove it") }
        return text
    }
}
