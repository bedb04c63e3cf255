import Basics
import JOSE
import OpenIDConnect
import Settings

/// Reads which access tokens the site accepts.
struct AccessTokensReader {
    static var key: Text { "bearer_tokens" }
    static var proofKey: Text { "dpop_bound_access_tokens_required" }
    private static var audienceKey: Text { "bearer_audience" }
    private static var lifetimeKey: Text { "introspection_lifetime" }
    private static var insecureKey: Text { "insecure_bearer_tokens_without_aud" }
    /// All of them. The last ones are only for introspection.
    static var keys: [Text] { [key, audienceKey, "bearer_scopes", proofKey, lifetimeKey, insecureKey] }

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil if the site accepts none, or if a problem was reported.
    func read(for client: Client) -> AccessTokenSettings? {
        guard section.has(Self.key) else {
            reportUseless(Self.keys, Self.key)
            return nil
        }
        guard let kinds = section.texts(Self.key) else { return nil }
        guard kinds.allSatisfy({ $0 == "jwt" || $0 == "introspection" }) else {
            section.report(Self.key, "must be \"jwt\", \"introspection\", or both in a list")
            return nil
        }
        let (verifiesJWTs, introspects) = (kinds.contains("jwt"), kinds.contains("introspection"))
        check(client, verifiesJWTs: verifiesJWTs, introspects: introspects)
        if !introspects { reportUseless([Self.lifetimeKey, Self.insecureKey], "\(Self.key) = \"introspection\"") }
        guard section.has(Self.audienceKey) else {
            section.report(
                Self.audienceKey,
                "is missing; write what access tokens for this site have as aud, such as \"https://app.example.com\"")
            return nil
        }
        let lifetime = section.duration(Self.lifetimeKey, in: 0...600_000, "0 to 10 minutes")
        let scopes = section.texts("bearer_scopes") ?? []
        guard let audiences = section.texts(Self.audienceKey) else { return nil }
        if audiences.contains("") { section.report(Self.audienceKey, "contains an empty value; remove it") }
        for scope in scopes where scope.isEmpty || !scope.isVisibleASCII || scope.contains("\"") || scope.contains("\\")
        {
            section.report("bearer_scopes", "must be a list with one scope in each value, such as [\"app:read\"]")
        }
        return AccessTokenSettings(
            verifiesJWTs: verifiesJWTs, introspects: introspects, audiences: audiences, scopes: scopes,
            requiresProof: section.boolean(Self.proofKey) ?? false,
            allowsMissingAudience: section.boolean(Self.insecureKey) ?? false,
            introspectionLifetime: (lifetime ?? 60_000) / 1000)
    }

    /// Reports what cannot work with this registration.
    private func check(_ client: Client, verifiesJWTs: Bool, introspects: Bool) {
        if verifiesJWTs, client.allowedAlgorithms?.allSatisfy({ $0.isSymmetric }) == true {
            section.report(
                Self.key, "\"jwt\" requires a public-key algorithm in \(ResponseAlgorithmsReader.idTokenKey)")
        }
        // RFC 7662 2.1: otherwise anybody could scan for tokens.
        let isPublic =
            client.authenticationMethod == .publicClient
            || client.authenticationMethod == nil && client.secret == nil
        if introspects, isPublic {
            section.report(
                Self.key, "\"introspection\" requires client_secret, client_private_key or client_certificate")
        }
    }

    private func reportUseless(_ keys: [Text], _ wanted: Text) {
        for key in keys where section.has(key) {
            section.report(key, "is only for \(wanted); set that too, or remove it")
        }
    }

    /// An opaque token does not say whose it is, and must be shown to no other provider.
    static func reportSeveral(_ providers: [ProviderSettings], in auth: Section) {
        let names = providers.filter { $0.client.accessTokens?.introspects == true }.map { $0.name }
        guard names.count > 1 else { return }
        auth.report("\(key) = \"introspection\" is for one provider; now \(names.joined(with: ", ")) have it")
    }
}
