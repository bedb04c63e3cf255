import Basics
import Setup
import Terminal

extension Refusal {
    /// Why a login failed, and what to do about it. `redirectURI`: where the browser was to come back to, if it was.
    init(_ failure: Failure, redirectURI: String? = nil, asksForCode: Bool = false) {
        let deviceAdvice = asksForCode ? Self.advice(forDevice: failure) : nil
        self.init("\(failure.forPeople)\n\(deviceAdvice ?? Self.advice(for: failure, redirectURI))")
    }

    /// While the provider is asked for the code of another device.
    private static func advice(forDevice failure: Failure) -> String? {
        switch failure.code {
        case .metadataInvalid where failure.message.contains(text: "device_authorization_endpoint"):
            "The provider has no device flow: sign in with a browser on this machine, without --device"
        case .deviceAuthorizationRefused:
            "Allow the client the device flow at the provider, or sign in with a browser on this machine, without --device"
        case .clientRefused:
            "Compare client_id and client_secret with the client at the provider, and allow it the device flow there"
        default: nil
        }
    }

    private static func advice(for failure: Failure, _ redirectURI: String?) -> String {
        switch failure.code {
        case .authorizationRefused:
            "Nobody is signed in. Run stauth login again, and agree to the login at the provider"
        case .loginExpired: "Nobody is signed in. Run stauth login again, and sign in before the time is over"
        case .userNotAllowed: "Sign in with another account: stauth login --force"
        case .clientRefused, .tokenRequestRefused:
            "Compare client_id, client_secret and token_endpoint_auth_method with the client at the provider; "
                + "stauth check looks at more"
        case .pushedAuthorizationRefused, .authorizationFailed:
            redirectURI.map { "Compare the client at the provider: it must know the redirect URI \($0)" }
                ?? "Compare the client at the provider with the settings"
        case .refreshRefused, .notSignedIn: "Sign in again: stauth login"
        case .tokenUnavailable:
            "Sign in again with stauth login --force; the provider may give longer access with the scope offline_access"
        case _ where failure.isOutage:
            "Try again when the provider can be reached; stauth check finds out why it cannot"
        default: "Look up \(String(failure.name)) in docs/errors.md"
        }
    }
}

extension Failure {
    /// Whether it ends by itself, or with the network's.
    var isOutage: Bool {
        code.entry.category == .networkError || code == .providerUnavailable || code == .providerStatus
    }
}
