import Basics

// To add a preset: an entry in `all`, a section in docs/providers.md, its metadata in Tests/RelyingPartyTests/Presets.

extension ProviderPreset {
    static var all: [ProviderPreset] {
        [google, microsoft, apple, auth0, cognito, github, gitlab, keycloak, linkedin, okta]
    }

    private static var google: ProviderPreset {
        ProviderPreset("google") { _ in openID(issuer: "https://accounts.google.com") }
    }

    /// The issuer has a "/" at its end.
    private static var auth0: ProviderPreset {
        ProviderPreset("auth0", keys: [.domain(example: "acme.eu.auth0.com")]) { values in
            openID(issuer: values.origin + "/")
        }
    }

    /// A pool's id begins with its region.
    private static var cognito: ProviderPreset {
        let pool = PresetKey.checked(
            "user_pool_id", example: "eu-central-1_AbCd12345", rule: "the id of a user pool: REGION_NAME"
        ) { text in
            let parts = text.split(at: "_")
            return parts.count == 2
                && parts.allSatisfy { part in
                    !part.isEmpty && part.bytes.allSatisfy { FormEncoding.isUnreserved($0) && $0 != 0x2E && $0 != 0x7E }
                }
        }
        return ProviderPreset("cognito", keys: [pool]) { values in
            let id = values["user_pool_id"]
            let region = id.splitOnce(at: "_")?.before ?? ""
            return openID(issuer: "https://cognito-idp.\(region).amazonaws.com/\(id)")
        }
    }

    /// GitLab answers prompt=select_account with an error.
    private static var gitlab: ProviderPreset {
        ProviderPreset("gitlab", keys: [.domain("gitlab.com", example: "gitlab.example.com", hasPath: true)]) {
            values in
            openID(issuer: values.origin) + [parameters([("prompt", "")])]
        }
    }

    /// Keycloak has one account per browser, and therefore no prompt=select_account.
    private static var keycloak: ProviderPreset {
        let keys: [PresetKey] = [
            .domain(example: "id.example.com", hasPath: true), .segment("realm", example: "main"),
        ]
        return ProviderPreset("keycloak", keys: keys) { values in
            openID(issuer: "\(values.origin)/realms/\(values["realm"])") + [parameters([("prompt", "")])]
        }
    }

    /// "org" is the authorization server of every Okta organisation; others have names below /oauth2. Okta does not list
    /// prompt=select_account.
    private static var okta: ProviderPreset {
        let keys: [PresetKey] = [
            .domain(example: "acme.okta.com"),
            .segment("authorization_server", standard: "org", example: "default"),
        ]
        return ProviderPreset("okta", keys: keys) { values in
            let server = values["authorization_server"]
            return openID(issuer: server == "org" ? values.origin : "\(values.origin)/oauth2/\(server)")
                + [parameters([("prompt", "")])]
        }
    }
}
