import Basics
import Environment
import Provider

/// The browser's return from a logout at the provider, to a callback path.
struct LogoutReturn {
    let visit: Visit

    /// Answers the callback path when the browser returns from a logout at the provider (RP-Initiated Logout 3). The session
    /// ended before the browser left, so the state decides nothing: with ours, another or none, it goes to the start page.
    /// If this browser has begun no logout, the callback belongs to a login, however little it contains; and so does every
    /// POST, because the return from a logout is a redirect. Nil then.
    func run(_ context: FlowContext) -> Answer? {
        let (application, incoming) = (visit.application, visit.incoming)
        let states = application.pendingLogout.states(in: incoming.cookies)
        guard incoming.method == "GET", !states.isEmpty, let fields = FormEncoding.decode(incoming.query),
            !answersLogin(fields, pendingLogouts: states)
        else { return nil }
        let state = fields.values(of: "state").first
        let isExpected = state.map { state in states.contains { $0.elementsEqual(state.bytes) } }
        let returned: Event.ReturnedState = isExpected.map { $0 ? .expected : .other } ?? .missing
        context.report(.logoutReturned(state: returned))
        var answer = Answer(.redirect(to: application.site.home, after: incoming.method))
        answer.pendingHeaders = [application.pendingLogout.removal]
        return answer
    }

    /// By the state, if it is one of ours; otherwise by the parameters of a login's response.
    private func answersLogin(_ fields: [FormEncoding.Field], pendingLogouts: [ArraySlice<UInt8>]) -> Bool {
        let states = fields.values(of: "state")
        let isOfLogin = states.contains { state in
            let login = try? visit.application.pendingLogins.find(state: state, in: visit.incoming.cookies)
            return login != nil
        }
        if isOfLogin { return true }
        if states.contains(where: { state in pendingLogouts.contains { $0.elementsEqual(state.bytes) } }) {
            return false
        }
        let answers: [Text] = ["code", "error", "response"]
        return fields.contains { answers.contains($0.name) }
    }
}
