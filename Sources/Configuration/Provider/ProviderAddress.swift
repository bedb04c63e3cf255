import Basics
import OpenIDConnect
import Settings
import Transport

/// Where an OpenID provider's metadata is, and what the provider calls itself.
struct ProviderAddress {
    let metadataURL: AbsoluteURL
    let issuer: Text

    var kind: ProviderKind { .openIDConnect(metadataURL: metadataURL) }

    /// OpenID Connect Discovery 4.
    private static var suffix: Text { "/.well-known/openid-configuration" }
    private static var key: Text { "server_metadata_url" }

    /// Nil if a problem was reported.
    init?(_ section: Section) {
        let issuer = section.text("issuer").flatMap { Self.issuer($0, section) }
        guard section.has(Self.key) else {
            let written = issuer.flatMap { AbsoluteURL(($0.dropping(suffix: "/") ?? $0) + Self.suffix) }
            guard let issuer, let written else {
                Self.reportMissing(section, issuer)
                return nil
            }
            (metadataURL, self.issuer) = (written, issuer)
            return
        }
        guard let url = section.providerURL(Self.key) else { return nil }
        metadataURL = url
        if section.has("issuer") {
            guard let issuer else { return nil }
            self.issuer = issuer
        } else if let issuer = url.text.dropping(suffix: Self.suffix), url.query == nil {
            guard !Tenants.areMany(issuer) else {
                section.report(
                    Self.key, "has an issuer for each tenant; write provider = \"microsoft\" and tenant in its place")
                return nil
            }
            self.issuer = issuer
        } else {
            section.report(
                Self.key, "must end in \(Self.suffix); if the provider's does not, write its issuer as well")
            return nil
        }
    }

    private static func reportMissing(_ section: Section, _ issuer: Text?) {
        if !section.has("issuer") {
            section.report(
                key,
                "is missing; the provider's documentation has it, such as "
                    + "\"https://accounts.google.com/.well-known/openid-configuration\"")
        } else if issuer != nil {
            section.report(key, "is missing; it cannot be made of an issuer with \(TenantIssuer.placeholder)")
        }
    }

    /// OpenID Connect Discovery 3: https, without query or fragment. Or a template: then `{tenantid}` stands once, in the
    /// path, so that every tenant has the same host.
    private static func issuer(_ text: Text, _ section: Section) -> Text? {
        guard let place = text.range(of: TenantIssuer.placeholder) else { return plainIssuer(text, section) }
        let head = AbsoluteURL(Text(wellFormed: text.bytes[..<place.lowerBound]))
        let example = text.replacing(TenantIssuer.placeholder, with: Tenants.consumers)
        guard let head, head.path.hasPrefix("/"), head.query == nil,
            example.count - text.count == Tenants.consumers.count - TenantIssuer.placeholder.count
        else {
            section.report("issuer", "must have \(TenantIssuer.placeholder) once, in its path")
            return nil
        }
        return plainIssuer(example, section).map { _ in text }
    }

    /// The issuers of aggregated and distributed claims.
    static func claimsProviders(_ section: Section) -> [AbsoluteURL] {
        let key: Text = "claims_providers"
        return (section.texts(key, most: 20) ?? []).compactMap {
            plainIssuer($0, section, key).flatMap { AbsoluteURL($0) }
        }
    }

    private static func plainIssuer(_ text: Text, _ section: Section, _ key: Text = "issuer") -> Text? {
        guard let url = section.providerURL(text, key) else { return nil }
        guard url.query == nil, !url.path.hasSuffix(suffix) else {
            section.report(
                key,
                "must be what the provider calls itself, such as \"https://accounts.google.com\", without \"?\" or \(suffix)"
            )
            return nil
        }
        return text
    }
}

extension Section {
    /// An address of the provider's: https, or http on this machine.
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
            report(key, "is an address that no provider has: link-local, multicast, or a cloud's metadata service")
            return nil
        }
        return url
    }
}
