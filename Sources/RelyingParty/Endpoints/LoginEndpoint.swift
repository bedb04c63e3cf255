import Basics
import Environment
import Settings

extension Endpoint {
    /// Begins a login, at a provider that the request names or the user chooses.
    static func login(_ settings: Settings) -> Endpoint {
        Endpoint(
            path: settings.loginPath, methods: ["GET", "POST"], mayBlock: { $0.loginFormMayBlock },
            answer: { $0.answerLogin($1) }, refusal: { .loginRefused($0, provider: $1) })
    }
}

extension HostRequest {
    fileprivate var loginFormMayBlock: Bool {
        do throws(Failure) {
            return loginMayBlock(provider: try application.providerName(for: LoginForm(incoming)))
        } catch {
            return false
        }
    }
}
