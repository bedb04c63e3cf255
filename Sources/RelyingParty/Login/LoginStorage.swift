import Basics
import Cookies
import Environment
import Provider
import Session
import Settings

/// Stores a successful login within the limits of the servers in front (HeaderBudget). Parts that do not fit are omitted,
/// as described in docs/adr/0018-header-budgets.md.
struct LoginStorage {
    /// One way to store it.
    private struct Choice {
        var tokens: SessionTokens
        var isCompressed = false
        var returnTarget: Text
    }

    let visit: Visit
    private(set) var login: FinishedLogin
    /// The name of the cookie that is about to be removed.
    let endedLogin: Text
    let context: FlowContext

    init(visit: Visit, login: FinishedLogin, endedLogin: Text, context: FlowContext) throws(Failure) {
        self.visit = visit
        self.login = login
        self.endedLogin = endedLogin
        self.context = context
        do throws(Failure) {
            self.login.session = try application.sessionWriter.store(login.session, login.tokens, context.now)
        } catch {
            guard application.settings.fallsBackToCookies, error.code == .sessionStoreFailed else { throw error }
            context.report(.sessionKeptInCookie(provider: login.provider))
        }
    }

    private var application: Application { visit.application }
    private var cookies: CookieHeader { visit.incoming.cookies }
    /// Of a native program, no server is in the way of what it keeps.
    private var isNative: Bool { visit.incoming.isNative }
    private var longest: Int { isNative ? HeaderBudget.sessionOfProgram : HeaderBudget.session }

    /// The redirect to the user's page. `others`: the response's other headers.
    func answer(beside others: [HTTPHeader]) throws(Failure) -> Answer {
        if let stored = try firstThatFitsResponse(beside: others) { return stored }
        var smallest = Int.max
        for choice in choicesForRequests {
            let headers = try headers(for: choice)
            let length = HeaderBudget.cookieLength(storedBy: headers)
            smallest = min(smallest, length)
            if length <= longest { return finish(choice, headers) }
        }
        throw HeaderBudget.sessionTooLarge(smallest)
    }

    private func firstThatFitsResponse(beside others: [HTTPHeader]) throws(Failure) -> Answer? {
        for choice in choicesForResponses {
            let headers = try headers(for: choice)
            let response = OutgoingResponse.redirect(to: choice.returnTarget, after: "GET").headers + others + headers
            guard isNative || HeaderBudget.length(of: response) <= HeaderBudget.response,
                HeaderBudget.cookieLength(storedBy: headers) <= longest
            else { continue }
            return finish(choice, headers)
        }
        return nil
    }

    // MARK: - What is omitted

    private var everything: Choice {
        Choice(tokens: login.tokens, returnTarget: login.returnTarget)
    }

    /// First the parts that only a logout at the provider needs are omitted, then the session is compressed, then the page is
    /// omitted.
    private var choicesForResponses: [Choice] {
        var choice = everything
        var choices = [choice]
        choice.tokens = reductions.withoutHint
        choices.append(choice)
        choice.isCompressed = true
        choices.append(choice)
        choice.returnTarget = application.site.home
        choices.append(choice)
        return choices
    }

    /// If nothing makes the response short enough, only parts that do not fit into requests are omitted.
    private var choicesForRequests: [Choice] {
        var choice = everything
        var choices = [choice]
        let reductions = reductions
        for tokens in [reductions.withoutHint, reductions.halved, reductions.withoutTokens] {
            choice.tokens = tokens
            choice.isCompressed = false
            choices.append(choice)
            choice.isCompressed = true
            choices.append(choice)
        }
        return choices
    }

    private var reductions: SessionTokens.Reductions { login.tokens.reductions(application.settings) }

    // MARK: - Writing

    private func headers(for choice: Choice) throws(Failure) -> [HTTPHeader] {
        try application.sessionWriter.headers(
            toStore: login.session, with: choice.tokens, isCompressed: choice.isCompressed, over: cookies, context.now)
    }

    /// Also drops the pending logins that have expired, or do not fit next to the session.
    private func finish(_ choice: Choice, _ headers: [HTTPHeader]) -> Answer {
        report(choice)
        let room = HeaderBudget.requestBeforeLastSeen - HeaderBudget.cookieLength(storedBy: headers)
        let dropped = application.pendingLogins.headers(
            toDropFrom: cookies, within: room - application.pendingLogout.length(in: cookies), but: endedLogin,
            expired: context.now)
        var answer = Answer(
            isNative ? visit.pages.signedIn() : .redirect(to: choice.returnTarget, after: visit.incoming.method))
        answer.session = .began(
            login.session,
            userJSON: application.sessionReader.userJSON(of: login.session, with: choice.tokens))
        answer.sessionHeaders = headers + dropped
        return answer
    }

    private func report(_ choice: Choice) {
        if choice.tokens != everything.tokens {
            context.report(
                choice.tokens == reductions.withoutHint
                    ? .logoutHintDropped(provider: login.provider) : .tokensTooLarge(provider: login.provider))
        }
        if choice.returnTarget != login.returnTarget {
            context.report(.returnPageDropped(provider: login.provider))
        }
    }
}
