import Basics
import Cookies
import Environment
import Provider
import Session

/// Stores a new login in the browser, within the limits of servers (HeaderBudget). Parts that do not fit are dropped, in
/// this order: older logins, the return target, the cookies of an invalid session.
struct PendingLoginStorage {
    let visit: Visit
    let transaction: LoginTransaction
    /// The redirect that stores it.
    let response: OutgoingResponse

    private var application: Application { visit.application }
    private var pendingLogins: PendingLogins { application.pendingLogins }
    private var headerBudget: HeaderBudget { application.headerBudget }
    private var cookies: CookieHeader { visit.incoming.cookies }

    func headers(_ context: FlowContext) throws(Failure) -> [HTTPHeader] {
        if visit.incoming.isNative, let headers = try headers(toAdd: transaction, within: .max, context) {
            return headers
        }
        let cookies = cookies
        let loginLength = pendingLogins.length(in: cookies)
        let room = headerBudget.room(cookies) + loginLength
        let usualRoom = min(room, headerBudget.roomForAll(cookies) + loginLength)
        if let headers = try headers(toAdd: transaction, within: usualRoom, context),
            HeaderBudget.length(of: response.headers, with: headers) <= HeaderBudget.response
        {
            return headers
        }
        let short = transaction.returning(to: application.site.home)
        if short.returnTarget != transaction.returnTarget {
            context.report(.returnPageDropped(provider: transaction.provider))
        }
        for room in [usualRoom, room] {
            if let headers = try headers(toAdd: short, within: room, context) { return headers }
        }
        let freed = visit.session != nil ? (headers: [], length: 0) : removingSession
        guard let headers = try headers(toAdd: short, within: room + freed.length, context) else {
            throw Failure(
                .cookiesTooLarge, "the browser's cookies leave no room for a login: sign out, or delete them")
        }
        return freed.headers + headers
    }

    private func headers(
        toAdd transaction: LoginTransaction, within room: Int, _ context: FlowContext
    ) throws(Failure) -> [HTTPHeader]? {
        try pendingLogins.headers(toAdd: transaction, to: cookies, within: room, random: context.random)
    }

    /// The headers that remove a session and its tokens, and the number of request bytes that this frees.
    private var removingSession: (headers: [HTTPHeader], length: Int) {
        let others = pendingLogins.length(in: cookies) + application.pendingLogout.length(in: cookies)
        return (application.sessionWriter.headers(toRemoveFrom: cookies), headerBudget.length(cookies) - others)
    }
}
