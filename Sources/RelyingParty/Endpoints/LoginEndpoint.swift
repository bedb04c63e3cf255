import Basics
import Environment
import Provider
import Settings

extension Endpoint {
    /// Begins a login, at a provider that the request names or the user chooses.
    static func login(_ settings: Settings) -> Endpoint {
        Endpoint(
            path: settings.loginPath, methods: ["GET", "POST"], mayBlock: { $0.loginFormMayBlock },
            flow: { $0.answerLogin($1) }, refusal: { .loginRefused($0, provider: $1) })
    }
}

extension Visit {
    fileprivate var loginFormMayBlock: Bool {
        do throws(Failure) {
            return loginMayBlock(provider: try LoginForm(incoming).providerName(among: application.providers))
        } catch {
            return false
        }
    }

    private func chooserPage(returnTarget: Text, loginHint: Text?) -> OutgoingResponse {
        let hint = loginHint.map { [FormEncoding.Field("login_hint", $0)] } ?? []
        return pages.chooser(application.providers.all) { provider in
            application.site.loginPath(
                with: [.init("provider", provider.name), .init("return_to", returnTarget)] + hint)
        }
    }

    fileprivate func answerLogin(_ context: FlowContext) -> Answer {
        var provider: Text?
        do throws(Failure) {
            let form = try LoginForm(incoming)
            provider = form.provider
            provider = try form.providerName(among: application.providers)
            let target = form.returnTarget(for: self)
            if provider == nil, application.providers.needsChoice {
                return Answer(chooserPage(returnTarget: target, loginHint: form.loginHint))
            }
            var options = LoginOptions(loginHint: form.loginHint)
            options.wantsOtherAccount = form.wantsOtherAccount
            return try LoginStart(visit: self, provider: provider, returnTarget: target, options: options).run(context)
        } catch {
            return refusal(error, .loginRefused(error, provider: provider), provider: provider, context)
        }
    }
}
