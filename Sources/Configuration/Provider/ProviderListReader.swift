import Basics
import Settings
import Transport

/// Reads the providers: the default one in [auth] itself, the others in [auth.NAME].
struct ProviderListReader {
    private let auth: Section
    /// Nil if a problem with it was reported.
    private let redirect: RedirectSettings?

    init(_ auth: Section, _ redirect: RedirectSettings?) {
        self.auth = auth
        self.redirect = redirect
    }

    func read() -> [ProviderSettings] {
        let shared = ConnectionReader(auth, over: ConnectionSettings()).read()
        let sharedLogout = LogoutReader(auth, over: LogoutSettings()).read()
        let sharedRules = AuthorizationRulesReader(auth, adding: AuthorizationRules()).read()
        let named = namedSections()
        let hasDefault = checkDefault(beside: named)
        if !hasDefault && named.isEmpty && auth.problems.isEmpty {
            auth.report(
                "no provider is configured; write its client_id, client_secret and server_metadata_url in [auth], or in "
                    + "a section of its own, such as [auth.google]")
        }
        var providers: [ProviderSettings?] = []
        if hasDefault {
            providers.append(
                ProviderReader(
                    auth, name: Settings.defaultProvider, redirect, connection: shared, logout: sharedLogout,
                    rules: sharedRules
                ).read())
        }
        for (name, section) in named {
            section.reportForeignKeys()
            let connection = ConnectionReader(section, over: shared).read()
            let rules = AuthorizationRulesReader(section, adding: sharedRules).read()
            let logout = LogoutReader(section, over: sharedLogout).read()
            providers.append(
                ProviderReader(section, name: name, redirect, connection: connection, logout: logout, rules: rules)
                    .read())
        }
        let read = providers.compactMap { $0 }
        AccessTokensReader.reportSeveral(read, in: auth)
        return read
    }

    private func namedSections() -> [(name: Text, section: Section)] {
        var sections: [(name: Text, section: Section)] = []
        for entry in auth.entries where !ConfigurationKeys.all.contains(entry.key) {
            guard case .table(let entries) = entry.value, !entry.value.isReference else { continue }
            let section = auth.section(entry, entries)
            if let sentence = reasonAgainst(sectionOf: entry.key, entries) {
                section.report(sentence)
            } else if entry.key.isEmpty || entry.key.count > 128 || entry.key.hasControls {
                section.report("a provider's name must have 1 to 128 characters and no control characters")
            } else {
                sections.append((name: entry.key, section: section))
            }
        }
        return sections
    }

    /// For a section that describes no provider, the intended name.
    private func reasonAgainst(sectionOf name: Text, _ entries: [ConfigurationEntry]) -> Text? {
        if entries.contains(where: { ConfigurationKeys.provider.contains($0.key) }) { return nil }
        if let advice = ConfigurationKeys.advice(forForeign: name) { return advice }
        return NearestKey.to(name, among: ["client_kwargs", "required_claims"]).map {
            "has none of a provider's keys; is [\(auth.name).\($0)] meant?"
        }
    }

    /// Whether [auth] describes the default provider. Reports contradictions.
    private func checkDefault(beside named: [(name: Text, section: Section)]) -> Bool {
        let keys = auth.entries.map { $0.key }.filter { ConfigurationKeys.provider.contains($0) }
        guard let first = keys.first else { return false }
        if named.contains(where: { $0.name == Settings.defaultProvider }) {
            auth.report(first, "configures the default provider, and so does [auth.default]; keep one of the two")
            return false
        }
        guard named.isEmpty || keys.contains(where: { ConfigurationKeys.identifying.contains($0) }) else {
            for key in keys {
                auth.report(
                    key,
                    "belongs to a provider, but [auth] configures none; write it in a section such as [auth.google]"
                )
            }
            return false
        }
        return true
    }
}

extension Section {
    /// Reports keys that do not belong in a provider's section.
    fileprivate func reportForeignKeys() {
        let overriding =
            ConfigurationKeys.redirect + ConfigurationKeys.connection + ConfigurationKeys.logout
            + ConfigurationKeys.authorization
        let known = ConfigurationKeys.provider + overriding
        for entry in entries where !known.contains(entry.key) {
            if ConfigurationKeys.shared.contains(entry.key) {
                report(entry.key, "applies to all providers; write it in [auth]")
            } else {
                reportUnknown(entry.key, known: known)
            }
        }
    }
}
