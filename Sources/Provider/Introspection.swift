package import Basics
import Environment
package import JSON
package import OpenIDConnect
import Settings

/// Asking a provider about an access token (RFC 7662).
extension Provider {
    /// What the provider says about an active token, from memory or anew. Fails with `.accessTokenInvalid` if it is not
    /// active.
    package func introspect(
        _ token: Text, _ settings: AccessTokenSettings, _ context: FlowContext
    ) throws(Failure) -> JSONObject {
        let key = try Introspections.Key(token)
        let now = context.now.seconds
        let begun = try context.entry { () throws(Failure) in
            .introspection(introspections.begin(key, now: now, mayWait: context.mayWait))
        }
        guard case .introspection(let step) = begun else { throw Journal.strayed }
        switch step {
        case .use(let outcome): return try outcome.get()
        case .ask(let turn):
            defer { withExtendedLifetime(turn) {} }
            let (outcome, size) = answer(about: token, context)
            try context.once {
                let expiry = outcome.claims?["exp"]?.seconds ?? .max
                introspections.end(
                    turn, key, outcome, size: size, lifetime: min(expiry - now, settings.introspectionLifetime),
                    now: now)
            }
            return try outcome.get()
        }
    }

    private func answer(about token: Text, _ context: FlowContext) -> (Introspections.Outcome, size: Int) {
        do throws(Failure) {
            context.secrets.add(client)
            let metadata = try metadata(context)
            let response = try sendAsClient(context) { () throws(Failure) in
                try TokenIntrospection(of: token, assertionID: try context.newID(), now: context.now.seconds)
                    .encoded(for: client, metadata)
            }
            return (Introspections.Outcome(try TokenIntrospection.claims(in: response)), 512 + 4 * response.body.count)
        } catch {
            return (Introspections.Outcome(nil, context.secrets.hide(in: error)), 0)
        }
    }
}

extension Introspections.Outcome {
    fileprivate func get() throws(Failure) -> JSONObject {
        if let failure { throw failure }
        guard let claims else { throw AccessTokenValidation.invalid("is not active, says the provider") }
        return claims
    }
}
