import Basics
import OpenIDConnect
import Settings
import Transport

/// Reads the location of an OpenID provider's metadata, and its issuer.
struct ProviderAddressReader {
    /// OpenID Connect Discovery 4.
    private static var suffix: Text { "/.well-known/openid-configuration" }
    private static var key: Text { "server_metadata_url" }

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil if a problem was reported.
    func read() -> (kind: ProviderKind, issuer: Text)? {
        let issuer = section.text("issuer").flatMap(issuer)
        guard section.has(Self.key) else {
            let written = issuer.flatMap { AbsoluteURL(($0.dropping(suffix: "/") ?? $0) + Self.suffix) }
            guard let issuer, let written else {
                reportMissing(issuer)
                return nil
            }
            return (.openIDConnect(metadataURL: written), issuer)
        }
        guard let url = section.providerURL(Self.key),
            let issuer = section.has("issuer") ? issuer : issuerOfMetadata(at: url)
        else { return nil }
        return (.openIDConnect(metadataURL: url), issuer)
    }

    /// What the address of the metadata says of it.
    private func issuerOfMetadata(at url: AbsoluteURL) -> Text? {
        guard let issuer = url.text.dropping(suffix: Self.suffix), url.query == nil else {
            section.report(
                Self.key, "must end in \(Self.suffix); if the provider's does not, write its issuer as well")
            return nil
        }
        guard !TenantsReader.areMany(issuer) else {
            section.report(
                Self.key, "has an issuer for each tenant; write provider = \"microsoft\" and tenant instead")
            return nil
        }
        return issuer
    }

    private func reportMissing(_ issuer: Text?) {
        if !section.has("issuer") {
            section.report(
                Self.key,
                "is missing; find it in the provider's documentation, such as "
                    + "\"https://accounts.google.com/.well-known/openid-configuration\"")
        } else if issuer != nil {
            section.report(Self.key, "is missing; it cannot be derived from an issuer with \(TenantIssuer.placeholder)")
        }
    }

    /// OpenID Connect Discovery 3: https, without query or fragment. Or a template: then `{tenantid}` occurs once, in the
    /// path, so every tenant has the same host.
    private func issuer(_ text: Text) -> Text? {
        guard let place = text.range(of: TenantIssuer.placeholder) else { return plainIssuer(text) }
        let head = AbsoluteURL(Text(wellFormed: text.bytes[..<place.lowerBound]))
        let example = text.replacing(TenantIssuer.placeholder, with: TenantsReader.consumers)
        guard let head, head.path.hasPrefix("/"), head.query == nil,
            example.count - text.count == TenantsReader.consumers.count - TenantIssuer.placeholder.count
        else {
            section.report("issuer", "must have \(TenantIssuer.placeholder) once, in its path")
            return nil
        }
        return plainIssuer(example).map { _ in text }
    }

    /// The issuers of aggregated and distributed claims.
    func readClaimsProviders() -> [AbsoluteURL] {
        let key: Text = "claims_providers"
        return (section.texts(key, most: 20) ?? []).compactMap { plainIssuer($0, key).flatMap { AbsoluteURL($0) } }
    }

    private func plainIssuer(_ text: Text, _ key: Text = "issuer") -> Text? {
        guard let url = section.providerURL(text, key) else { return nil }
        guard url.query == nil, !url.path.hasSuffix(Self.suffix) else {
            section.report(
                key,
                "must be the provider's issuer identifier, such as \"https://accounts.google.com\", without \"?\" or \(Self.suffix)"
            )
            return nil
        }
        return text
    }
}

extension Section {
    /// A URL of the provider: https, or http on this machine.
    func providerURL(_ key: Text) -> AbsoluteURL? {
        text(key).flatMap { providerURL($0, key) }
    }

    fileprivate func providerURL(_ text: Text, _ key: Text) -> AbsoluteURL? {
        guard let url = AbsoluteURL(text) else {
            let isTemplate = text.contains("{") && text.contains("}")
            report(
                key,
                isTemplate
                    ? "still has a placeholder in { }; put your own value there"
                    : "must be an absolute URL that begins with https://")
            return nil
        }
        guard url.isSecure || url.isLoopback else {
            report(key, "must begin with https://; http:// is only for a provider on this machine")
            return nil
        }
        guard url.address?.kind != .special else {
            report(key, "is an address that no provider can have: link-local, multicast, or a cloud's metadata service")
            return nil
        }
        return url
    }
}
