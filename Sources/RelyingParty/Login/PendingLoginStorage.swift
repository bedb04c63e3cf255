import Basics
import Cookies
import Environment
import Session

/// What the browser that begins a login has of ours.
struct BrowserState {
    let cookies: CookieHeader
    /// Whether the session in the cookies counts.
    let hasSession: Bool
}

extension Application {
    /// The headers that store a login that begins, within what servers take (HeaderBudget). What does not fit goes, in this
    /// order: older logins, the page to return to, the cookies of a session that no longer counts. `location`: where the
    /// response sends the browser.
    func headers(
        toStore transaction: LoginTransaction, in browser: BrowserState, location: Text
    ) throws(Failure) -> [HTTPHeader] {
        let cookies = browser.cookies
        let loginLength = pendingLogins.length(in: cookies)
        let room = headerBudget.room(cookies) + loginLength
        let usualRoom = min(room, headerBudget.roomForAll(cookies) + loginLength)
        let redirect = OutgoingResponse.redirect(to: location, after: "GET").headers
        if let headers = try headers(toAdd: transaction, to: cookies, within: usualRoom),
            HeaderBudget.length(of: redirect + headers) <= HeaderBudget.response
        {
            return headers
        }
        let short = transaction.returning(to: homePath)
        if short.returnTarget != transaction.returnTarget {
            environment.report(.returnPageDropped(provider: transaction.provider))
        }
        for room in [usualRoom, room] {
            if let headers = try headers(toAdd: short, to: cookies, within: room) { return headers }
        }
        let freed = browser.hasSession ? (headers: [], length: 0) : removingSession(from: cookies)
        guard let headers = try headers(toAdd: short, to: cookies, within: room + freed.length) else {
            throw Failure(
                .cookiesTooLarge, "the browser's cookies leave no room for a login: sign out, or delete them")
        }
        return freed.headers + headers
    }

    private func headers(
        toAdd transaction: LoginTransaction, to cookies: CookieHeader, within room: Int
    ) throws(Failure) -> [HTTPHeader]? {
        try pendingLogins.headers(toAdd: transaction, to: cookies, within: room, random: environment.random)
    }

    /// The headers that remove a session and its tokens, and how many bytes of a request that frees.
    private func removingSession(from cookies: CookieHeader) -> (headers: [HTTPHeader], length: Int) {
        let others = pendingLogins.length(in: cookies) + pendingLogout.length(in: cookies)
        return (sessionWriter.headers(toRemoveFrom: cookies), headerBudget.length(cookies) - others)
    }
}
