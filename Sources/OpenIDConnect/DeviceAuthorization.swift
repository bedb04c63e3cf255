package import Basics
import JSON

/// A login that the user completes on another device (RFC 8628): what the provider says about it (3.2).
package struct DeviceAuthorization: Sendable {
    private static let longestDeviceCode = 4096
    private static let longestUserCode = 64
    /// Seconds; no user takes longer, and no poll comes less often.
    private static let longestLifetime: Int64 = 3600
    private static let longestInterval: Int64 = 60

    /// Secret.
    package let deviceCode: Text
    /// What the user types. Visible ASCII, so it may go to a terminal.
    package let userCode: Text
    /// Where.
    package let verificationURI: Text
    /// The same with the user code in it, if the provider has such an address.
    package let completeURI: Text
    /// Seconds until the codes expire.
    package let lifetime: Int64
    /// Seconds between two polls.
    package let interval: Int64

    /// The request for it (3.1). Its headers and body contain secrets. `assertionID`: a new one of 128 random bits, in case
    /// the client authenticates with a JWT.
    package static func request(
        _ parameters: [FormEncoding.Field], of client: Client, at metadata: ProviderMetadata, assertionID: Text,
        now: Int64
    ) throws(Failure) -> HTTPRequest {
        guard let endpoint = metadata.deviceAuthorizationEndpoint else {
            throw Failure(
                .metadataInvalid, "the provider's metadata has no device_authorization_endpoint that is an https URL")
        }
        // Some servers look the client up by client_id, however it authenticates.
        return try client.post(
            [.init("client_id", client.id)] + parameters, to: endpoint, of: metadata,
            ClientAssertion(id: assertionID, now: now))
    }

    /// The users' browsers go to the addresses: they are held to what holds for the provider's endpoints.
    package init(validating response: HTTPResponse, of metadata: ProviderMetadata) throws(Failure) {
        let members = try response.answer(
            to: "the device authorization request", with: 200...200, orFailWith: .deviceAuthorizationInvalid,
            refused: .deviceAuthorizationRefused)
        let reader = MetadataReader(members: members, isSecure: metadata.issuer.hasPrefix("https:"))
        guard let code = TokenResponse.visible(members["device_code"], limit: Self.longestDeviceCode),
            let userCode = TokenResponse.visible(members["user_code"], limit: Self.longestUserCode),
            // Google's name for it.
            let address = reader.optionalEndpoint("verification_uri") ?? reader.optionalEndpoint("verification_url"),
            let lifetime = members["expires_in"]?.seconds, lifetime > 0
        else {
            throw Failure(
                .deviceAuthorizationInvalid,
                """
                the response to the device authorization request lacks a usable device_code, user_code, expires_in, or \
                verification_uri that is an https URL
                """)
        }
        deviceCode = code
        self.userCode = userCode
        verificationURI = address.text
        completeURI = (reader.optionalEndpoint("verification_uri_complete") ?? address).text
        self.lifetime = min(lifetime, Self.longestLifetime)
        interval = min(max(members["interval"]?.seconds ?? 5, 1), Self.longestInterval)
    }
}
