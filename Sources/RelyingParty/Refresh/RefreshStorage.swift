import Basics
import Cookies
import Environment
import Provider
import Session

/// Stores the new tokens of a session within the limits of the servers in front (HeaderBudget). What does not fit is
/// omitted, in the order of docs/adr/0018-header-budgets.md.
struct RefreshStorage {
    let visit: Visit
    let session: Session
    let tokens: SessionTokens
    let provider: Text

    /// The tokens that fit, and the headers that store them.
    func store(_ context: FlowContext) throws(Failure) -> (tokens: SessionTokens, headers: [HTTPHeader]) {
        let reductions = tokens.reductions(visit.application.settings)
        var choices = [tokens, reductions.withoutHint, reductions.halved]
        // Claims that were to be refreshed are worth nothing without a refresh token.
        if !session.needsTokens { choices.append(reductions.withoutTokens) }
        let (writer, cookies) = (visit.application.sessionWriter, visit.incoming.cookies)
        let isNative = visit.incoming.isNative
        let room = (isNative ? HeaderBudget.sessionOfProgram : HeaderBudget.session) - writer.sessionLength(in: cookies)
        var chosen: Int?
        var stored: [HTTPHeader] = []
        // For a response, only the hint is omitted.
        for index in choices.indices where chosen == nil || index == 1 {
            let headers = try writer.headers(toStore: choices[index], of: session, over: cookies, context.now)
            let isShort = isNative || HeaderBudget.length(of: headers) <= HeaderBudget.response
            guard HeaderBudget.cookieLength(storedBy: headers) <= room, chosen == nil || isShort else { continue }
            (chosen, stored) = (index, headers)
            if isShort { break }
        }
        guard let chosen else { throw HeaderBudget.sessionTooLarge(HeaderBudget.session + 1) }
        if chosen > 0 {
            context.report(chosen == 1 ? .logoutHintDropped(provider: provider) : .tokensTooLarge(provider: provider))
        }
        return (choices[chosen], stored)
    }
}
