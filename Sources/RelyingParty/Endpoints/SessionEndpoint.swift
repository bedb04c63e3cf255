import Basics
import Environment
import JSON
import Provider
import Session
import Settings

extension Endpoint {
    /// Says who is signed in and for how long, to JavaScript of the site's own pages. It prolongs nothing.
    static func session(at path: Text) -> Endpoint {
        Endpoint(
            path: path, methods: ["GET"], mayBlock: { _ in false }, flow: { $0.answerSession($1) },
            refusal: { failure, _ in .sessionRequestRefused(failure) })
    }
}

extension Visit {
    fileprivate func answerSession(_ context: FlowContext) -> Answer {
        do throws(Failure) {
            try incoming.validateSameSite(application.site.url)
        } catch {
            return withoutRenewal(refusal(error, .sessionRequestRefused(error), context))
        }
        return withoutRenewal(Answer(.json(sessionState(context.now))))
    }

    private func withoutRenewal(_ answer: Answer) -> Answer {
        var answer = answer
        answer.sessionHeaders = []
        return answer
    }

    private func sessionState(_ now: Now) -> Text {
        let reader = application.sessionReader
        let json = reader.userJSON(of: session, in: incoming.cookies)
        var state = JSONObject()
        var user = JSONObject(parsing: json.bytes) ?? JSONObject()
        user[ReservedClaims.tokens] = nil
        state["user"] = .object(user)
        if let session {
            let remaining = reader.remaining(session, in: incoming.cookies, now)
            state["expires_in"] = .integer(remaining.atMost)
            state["idle_expires_in"] = remaining.whenIdle.map { .integer($0) }
        }
        return state.encoded() ?? "{\"user\":\(UserJSON.anonymous)}"
    }
}
