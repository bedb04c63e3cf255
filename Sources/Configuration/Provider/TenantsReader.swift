import Basics
import JSON
import OpenIDConnect
import Settings

/// Reads which tenants' users may sign in at a provider with many tenants, each with its own issuer.
struct TenantsReader {
    private static var key: Text { "allowed_tenants" }
    /// The tenant of all personal Microsoft accounts.
    static var consumers: Text { "9188040d-6c67-4c5b-b112-36a304b66dad" }

    private let section: Section
    private let issuer: Text

    init(_ section: Section, issuer: Text) {
        self.section = section
        self.issuer = issuer
    }

    /// The conditions on the claim tid; none if the issuer belongs to one tenant.
    func read() -> [AuthorizationRules.Condition] {
        let key = Self.key
        guard let path = ClaimPath("tid"), TenantIssuer.isTemplate(issuer) else {
            if section.has(key) {
                section.report(
                    key, "is for an issuer with \(TenantIssuer.placeholder); this issuer has only one tenant, remove it"
                )
            }
            return []
        }
        let excludesConsumers = section.text("tenant") == "organizations"
        guard section.has(key) else {
            // Presets are allowed to omit it.
            if !section.has("provider") {
                section.report(
                    key,
                    "is missing; with \(TenantIssuer.placeholder) in issuer, write the ids of the tenants to allow")
            }
            return excludesConsumers ? [.text(path, except: [Self.consumers], key: "tenant")] : []
        }
        let tenants = (section.texts(key, most: 1000) ?? []).map { $0.lowercasedASCII() }
        if !tenants.allSatisfy(TenantIssuer.isGUID) {
            section.report(key, "must be ids of tenants, such as \"\(Self.consumers)\"")
        } else if excludesConsumers, tenants.contains(Self.consumers) {
            section.report(key, "contains the tenant of personal accounts, which tenant = \"organizations\" excludes")
        }
        return [.claim(path, values: tenants.map { .string($0) }, key: key)]
    }

    /// Whether this is the template that Microsoft's metadata for many tenants contains in place of the issuer.
    static func areMany(_ address: Text) -> Bool {
        ["https://login.microsoftonline.com/common/v2.0", "https://login.microsoftonline.com/organizations/v2.0"]
            .contains(address)
    }
}

/// Which organisations' users may sign in at Google.
enum HostedDomain {
    private static var issuer: Text { "https://accounts.google.com" }

    /// The parameter hd only suggests an organisation: users can remove it from the URL. The ID token's hd must therefore be
    /// the same; "*" accepts any.
    static func conditions(_ parameters: AuthorizationParameters, issuer: Text) -> [AuthorizationRules.Condition] {
        guard issuer == self.issuer, let path = ClaimPath("hd"),
            let domain = parameters.fields.first(where: { $0.name == "hd" })?.value
        else { return [] }
        return domain == "*"
            ? [.text(path, except: [], key: "hd")]
            : [.claim(path, values: [.string(domain.lowercasedASCII())], key: "hd")]
    }
}
