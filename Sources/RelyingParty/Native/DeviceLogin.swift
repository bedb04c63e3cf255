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

    private let provider: Provider
    /// Nil until the provider has answered.
    private(set) var authorization: DeviceAuthorization?
    /// In seconds since 1970.
    private(set) var expiry: Int64 = 0
    private var maxAge: Int64?
    private var isOver = false
    /// Seconds between two polls.
    private var interval: Int64 = 0
    private var lastPoll: Int64 = 0

    init(at provider: Provider) {
        self.provider = provider
    }

    /// Whether it waits for the user.
    var isPending: Bool { authorization != nil && !isOver }

    /// The address with the user code in it, if the provider has one.
    var url: Text? { (authorization?.completeURI ?? authorization?.verificationURI)?.text }

    /// Seconds until the next poll is due. A clock that is set back delays it by one interval at most.
    func pause(_ now: Now) -> Int64 {
        guard isPending, now.seconds < expiry else { return 0 }
        // The times are whole seconds: with one more, the interval has passed for certain.
        return min(max(0, lastPoll + interval + 1 - now.seconds), interval + 1)
    }

    func start(_ options: LoginOptions, _ context: FlowContext) throws(Failure) -> Answer? {
        context.secrets.add(provider.client)
        do throws(Failure) {
            let maxAge = try options.maxAge(at: provider)
            let authorization = try provider.authorizeDevice(options.parameters(at: provider, maxAge: maxAge), context)
            self.maxAge = maxAge
            interval = authorization.interval
            lastPoll = context.now.seconds
            expiry = lastPoll + authorization.lifetime
            self.authorization = authorization
            context.report(.loginStarted(provider: provider.name))
            return nil
        } catch {
            throw context.secrets.hide(in: error)
        }
    }

    /// Nil while the user has not signed in.
    func poll(_ visit: Visit, _ context: FlowContext) -> Answer? {
        var account = RefusedAccount()
        context.secrets.add(provider.client)
        do throws(Failure) {
            guard let answer = try finish(visit, &account, context) else { return nil }
            try context.once { isOver = true }
            context.report(.loginSucceeded(provider: provider.name, user: account.userInLog))
            return answer
        } catch {
            try? context.once { isOver = true }
            let failure = context.secrets.hide(in: error)
            return visit.refusal(
                failure, .loginRefused(failure, provider: provider.name, user: account.userInLog), account: account,
                context)
        }
    }

    private func finish(
        _ visit: Visit, _ account: inout RefusedAccount, _ context: FlowContext
    ) throws(Failure) -> Answer? {
        guard let code = authorization?.deviceCode, context.now.seconds < expiry else { throw Self.expired }
        let exchange: TokenExchange
        let tokens: TokenResponse
        do throws(Failure) {
            exchange = try TokenExchange(provider, provider.metadata(context), context)
            tokens = try exchange.tokens(for: .deviceCode(code))
        } catch {
            try context.once { () throws(Failure) in try slowDown(for: error, context.now) }
            return nil
        }
        // No nonce: it is the device code that binds the tokens to this login.
        let user = try exchange.outcome(of: tokens, nonce: nil, maxAge: maxAge)
        let login = try visit.finishedLogin(
            of: user, at: provider, exchange.metadata, returnTarget: visit.application.site.home, &account, context)
        return try LoginStorage(visit: visit, login: login, endedLogin: "", context: context).answer(beside: [])
    }

    /// Sets when to ask again; fails if that is not worth while (3.5).
    private func slowDown(for failure: Failure, _ now: Now) throws(Failure) {
        lastPoll = now.seconds
        switch (failure.code, failure.providerCode) {
        case (_, "authorization_pending"?): break
        case (_, "slow_down"?): interval = min(interval + Self.slowDown, Self.longestInterval)
        case (_, "expired_token"?): throw Self.expired
        case (_, "access_denied"?):
            throw Failure(
                .authorizationRefused, "the user, or the provider, has refused the login",
                providerCode: failure.providerCode, providerDescription: failure.providerDescription)
        case (.providerUnreachable, _), (.providerTimeout, _), (.providerUnavailable, _):
            interval = min(2 * interval, Self.longestInterval)
        default: throw failure
        }
    }

    private static var expired: Failure {
        Failure(.loginExpired, "the user code expired before anybody signed in with it")
    }
}
