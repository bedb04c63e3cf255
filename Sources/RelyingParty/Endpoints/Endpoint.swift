import Basics
import Environment
import Provider
import Settings

/// One of the library's own paths. To add one, add a file in this folder and a row of `table`.
struct Endpoint: Sendable {
    let path: Text
    /// The methods that it accepts, also for the header Allow.
    let methods: [Text]
    /// Whether the answer may wait for the network.
    let mayBlock: @Sendable (Visit) -> Bool
    /// Answers a request with one of the methods.
    let flow: @Sendable (Visit, FlowContext) -> Answer
    /// How the log reports a refusal; the name is the provider's, if known.
    let refusal: @Sendable (Failure, Text?) -> Event

    static func table(_ settings: Settings) -> [Endpoint] {
        let sessions = settings.sessionPath.map { [session(at: $0)] } ?? []
        return [login(settings), logout(settings)] + sessions + callbacks(settings) + logoutReports(settings)
            + frontchannelLogout(settings) + deviceBinding(settings)
    }

    /// Answers a request for this path.
    func answer(_ visit: Visit, _ context: FlowContext) -> Answer {
        let incoming = visit.incoming
        if let failure = incoming.handshakeFailure { return refuse(visit, failure, context) }
        guard methods.contains(incoming.method) else {
            let failure = Failure(
                .methodNotAllowed, "the path does not accept the method \(incoming.method.forMessage)")
            var answer = refuse(visit, failure, context)
            answer.response?.add(HTTPHeader("Allow", methods.joined(with: ", ")))
            return answer
        }
        return incoming.isSpeculative ? Answer(.later(after: incoming.method)) : flow(visit, context)
    }

    private func refuse(_ visit: Visit, _ failure: Failure, _ context: FlowContext) -> Answer {
        visit.refusal(failure, refusal(failure, nil), context)
    }
}
