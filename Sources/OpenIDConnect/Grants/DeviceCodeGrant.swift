package import Basics

extension TokenGrant {
    /// The device code whose user may have signed in meanwhile (RFC 8628 3.4).
    package static func deviceCode(_ code: Text) -> TokenGrant {
        TokenGrant(
            type: "urn:ietf:params:oauth:grant-type:device_code", parameters: [.init("device_code", code)])
    }
}
