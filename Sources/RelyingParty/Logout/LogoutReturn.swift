import Basics
import Environment

extension HostRequest {
    /// Answers the callback path if the browser comes back from a logout at the provider (RP-Initiated Logout 3). The
    /// session ended before it went there, so the state decides nothing: with ours, another or none, it goes to the start
    /// page. Without a logout of this browser's, the callback is a login's, however little it brings; and so is every POST,
    /// for the way back from a logout is a redirect.
    func answerLogoutReturn() -> Bool {
        let states = application.pendingLogout.states(in: incoming.cookies)
        guard incoming.method == "GET", !states.isEmpty, let fields = FormEncoding.decode(incoming.query),
            !answersLogin(fields, pendingLogouts: states)
        else { return false }
        let state = fields.values(of: "state").first
        let isExpected = state.map { state in states.contains { $0.elementsEqual(state.bytes) } }
        let returned: Event.ReturnedState = isExpected.map { $0 ? .expected : .other } ?? .missing
        application.environment.report(.logoutReturned(state: returned))
        sessionHeaders.append(application.pendingLogout.removal)
        response = .redirect(to: application.homePath, after: incoming.method)
        return true
    }

    /// By the state, if it is one that was given out; else by what a login's answer has.
    private func answersLogin(_ fields: [FormEncoding.Field], pendingLogouts: [ArraySlice<UInt8>]) -> Bool {
        let states = fields.values(of: "state")
        let isOfLogin = states.contains { state in
            let login = try? application.pendingLogins.find(state: state, in: incoming.cookies)
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
