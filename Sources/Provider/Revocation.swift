import Basics
import Environment
package import OpenIDConnect
import Settings

/// What a logout does to tokens (RFC 7009).
extension Provider {
    /// Milliseconds that all of it takes at most: a user waits.
    private static let longestRevocation: Int64 = 1_000

    /// Whether it can revoke tokens, as far as is known without waiting for the network.
    package var revokesTokens: Bool { cachedMetadata?.revocationEndpoint != nil }

    /// Revokes tokens that a session has kept. If that fails, it is reported, and nothing else happens. `mayAsk`: whether
    /// this logout may send requests.
    package func revoke(_ tokens: [TokenRevocation.Token], mayAsk: Bool, _ context: FlowContext) {
        do throws(Failure) {
            // The metadata may change before the next run of this flow.
            let isKnown = try context.number({ cachedMetadata == nil ? 0 : 1 }) == 1
            let isPossible = try context.number({ revokesTokens ? 1 : 0 }) == 1
            guard !tokens.isEmpty, settings.oauth2 == nil, isPossible || !isKnown else { return }
            guard mayAsk else {
                throw Failure(
                    .outOfSequence, "page code cannot wait for the provider on an event loop: use the logout path")
            }
            guard isKnown else {
                throw Failure(
                    .providerUnavailable, "the provider's metadata is not cached: call st_app_preload() at the start")
            }
            let deadline = try context.deadline(after: Self.longestRevocation)
            var isDone = false
            for token in tokens {
                let response = try sendAsClient(context, by: deadline) { () throws(Failure) in
                    guard let metadata = cachedMetadata else { throw Journal.strayed }
                    return try TokenRevocation(of: token, assertionID: try context.newID(), now: context.now.seconds)
                        .encoded(for: client, metadata)
                }
                if try TokenRevocation.isDone(response) { isDone = true }
            }
            guard isDone else { throw Failure(.providerStatus, "the provider revokes no tokens of these kinds") }
            context.report(.tokensRevoked(provider: name))
        } catch {
            context.report(.tokensNotRevoked(context.secrets.hide(in: error), provider: name))
        }
    }
}
