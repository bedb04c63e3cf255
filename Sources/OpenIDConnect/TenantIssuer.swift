package import Basics
import JOSE
import JSON

/// The issuer of a provider with a separate one for each tenant, such as Microsoft: a template in which `{tenantid}`
/// stands for a tenant's id. The metadata names the template; tokens name the issuer of their tenant.
package enum TenantIssuer {
    package static var placeholder: Text { "{tenantid}" }

    package static func isTemplate(_ issuer: Text) -> Bool {
        issuer.replacing(placeholder, with: "") != issuer
    }

    /// Whether `issuer` matches the template for some tenant.
    package static func matches(_ issuer: Text, template: Text) -> Bool {
        guard let start = template.range(of: placeholder)?.lowerBound, issuer.count >= start + guidLength else {
            return false
        }
        let tenant = Text(wellFormed: issuer.bytes[start..<start + guidLength])
        return isGUID(tenant) && template.replacing(placeholder, with: tenant) == issuer
    }

    private static let guidLength = 36

    /// 8, 4, 4, 4 and 12 hexadecimal digits. In lower case, as Microsoft writes them: identities are compared byte for
    /// byte.
    package static func isGUID(_ text: Text) -> Bool {
        let parts = text.split(at: "-")
        return parts.map { $0.count } == [8, 4, 4, 4, 12]
            && parts.allSatisfy {
                $0.bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            }
    }
}

extension ClaimsValidation {
    /// The issuer that a token with these claims must name: the metadata's, or, if that is a template, the one for the
    /// tenant that the token names. A tenant's id must be a GUID, so it cannot alter the rest of the issuer.
    func expectedIssuer(_ claims: JSONObject) throws(Failure) -> Text {
        guard TenantIssuer.isTemplate(issuer) else { return issuer }
        guard let tenant = claims["tid"]?.text, TenantIssuer.isGUID(tenant) else {
            throw Failure(.idTokenIssuerMismatch, "the ID token has no tid with a tenant's id")
        }
        return issuer.replacing(TenantIssuer.placeholder, with: tenant)
    }
}

extension IDTokenValidation {
    /// The keys that may sign for the issuer of these claims: Microsoft's name the issuer that they sign for in a member
    /// "issuer", which may again be a template.
    func usable(_ keys: JWKSet, for claims: JSONObject) -> JWKSet {
        let tenant = claims["tid"]?.text ?? ""
        return keys.filtered { key in
            guard let issuer = key.issuer else { return true }
            return claims["iss"]?.text == issuer.replacing(TenantIssuer.placeholder, with: tenant)
        }
    }
}
