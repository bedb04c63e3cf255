import Basics
import OpenIDConnect

extension ProviderPreset {
    /// `tenant`: one tenant by its id, or common, organizations or consumers. For the first two of these the issuer in the
    /// metadata is a template, with the tenant's id left open.
    static var microsoft: ProviderPreset {
        let tenant = PresetKey.checked(
            "tenant", standard: "common", example: "common",
            rule: "the tenant's id from the portal, or common, organizations or consumers"
        ) { ["common", "organizations", "consumers"].contains($0) || TenantIssuer.isGUID($0) }
        let cloud = PresetKey.oneOf("domain", clouds, standard: clouds[0])
        return ProviderPreset("microsoft", keys: [tenant, cloud]) { values in
            let tenant = values["tenant"]
            let id: Text =
                switch tenant {
                case "common", "organizations": TenantIssuer.placeholder
                case "consumers": TenantsReader.consumers
                default: tenant
                }
            let metadata: Text = "\(values.origin)/\(tenant)/v2.0/.well-known/openid-configuration"
            let issuer: Text = "\(values.origin)/\(id)/v2.0"
            // Entra ID requires its token endpoint as the audience of an assertion.
            let audience: [Default] =
                values.has("client_private_key") ? [("client_assertion_audience", .text("token_endpoint"))] : []
            return openID(issuer: issuer, metadata: metadata) + audience
        }
    }

    /// The public one, that of the US government, that of 21Vianet in China.
    private static var clouds: [Text] {
        [
            "login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn",
        ]
    }
}
