import Basics
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// A login that the user completes on another device (RFC 8628), from the user code to the session.
final class DeviceLogin {
    /// Seconds that a provider adds by "slow_down" (3.5).
    private static let slowDown: Int64 = 5
    private static let longestInterval: Int64 = 300

    private var provider: Provider?
    /// Empty before the provider has answered, and once the login is over.
    private var deviceCode: Text = ""
    private(set) var userCode: Text = ""
    private(set) var verificationURI: Text = ""
    /// The address with the user code in it, if the provider has one.
    private(set) var url: Text = ""
    /// In seconds since 1970.
    private(set) var expiry: Int64 = 0
    private var maxAge: Int64?
    /// Seconds between two polls.
    private var interval: Int64 = 0
    private var lastPoll: Int64 = 0

    /// Whether it waits for the user.
    var isPending: Bool { !deviceCode.isEmpty }

    /// Seconds until the next poll is due. A clock that is set back delays it by one interval at most.
    func pause(_ now: Now) -> Int64 {
        guard isPending, now.seconds < expiry else { return 0 }
        // The times are whole seconds: with one more, the interval has passed for certain.
        return min(max(0, lastPoll + interval + 1 - now.seconds), interval + 1)
    }

    func start(at provider: Provider, _ options: LoginOptions, _ context: FlowContext) throws(Failure) -> Answer? {
        context.secrets.add(provider.client)
        self.provider = provider
        maxAge = try options.maxAge(at: provider)
        let codes = try provider.authorizeDevice(options.parameters(at: provider, maxAge: maxAge), context)
        (deviceCode, userCode) = (codes.deviceCode, codes.userCode)
        (verificationURI, url) = (codes.verificationURI, codes.completeURI)
        interval = codes.interval
        lastPoll = context.now.seconds
        expiry = lastPoll + codes.lifetime
        context.report(.loginStarted(provider: provider.name))
        return nil
    }

    /// Nil while the user has not signed in.
    func poll(_ visit: Visit, _ context: FlowContext) -> Answer? {
        guard let provider else { return nil }
        context.secrets.add(provider.client)
        var account = RefusedAccount()
        var isCodeUsed = false
        do throws(Failure) {
            guard context.now.seconds < expiry else { throw Self.expired }
            // No nonce: it is the device code that binds the tokens to this login.
            let user = try provider.redeem(
                .deviceCode(deviceCode), provider.metadata(context), nonce: nil, maxAge: maxAge, context,
                then: { isCodeUsed = true })
            let login = try visit.finishedLogin(
                of: user, at: provider, returnTarget: visit.application.site.home, &account, context)
            let answer = try visit.end(login, account, context)
            deviceCode = ""
            return answer
        } catch {
            // In a run that has only stopped, this does nothing.
            try? context.once {
                if isCodeUsed { deviceCode = "" } else { slowDown(for: error, context.now) }
            }
            guard !isPending else { return nil }
            let failure = context.secrets.hide(in: Self.meaning(of: error))
            return visit.refusal(
                failure, .loginRefused(failure, provider: provider.name, user: account.userInLog), account: account,
                context)
        }
    }

    /// Sets when to ask again, unless that is not worth while (3.5). An outage that loses the answer with the tokens ends the
    /// next poll: the code is good once.
    private func slowDown(for failure: Failure, _ now: Now) {
        lastPoll = now.seconds
        switch (failure.code, failure.providerCode) {
        case (_, "authorization_pending"?): return
        case (_, "slow_down"?): interval += Self.slowDown
        case (.providerUnreachable, _), (.providerTimeout, _), (.providerUnavailable, _): interval *= 2
        default: deviceCode = ""
        }
        interval = min(interval, Self.longestInterval)
    }

    private static func meaning(of failure: Failure) -> Failure {
        switch failure.providerCode {
        case "expired_token"?: expired
        case "access_denied"?:
            Failure(
                .authorizationRefused, "the login was refused, by the user or the provider",
                providerCode: failure.providerCode, providerDescription: failure.providerDescription)
        default: failure
        }
    }

    private static var expired: Failure {
        Failure(.loginExpired, "the user code expired before anybody signed in with it")
    }
}
