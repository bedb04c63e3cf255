package import Basics
import Cookies
import Environment
package import JSON
import Provider
package import Session

/// What the program asks about a set-up.
extension Application {
    /// Bytes that the cookies of a session of this user would take in each request.
    package func cookieLength(
        ofUser claims: JSONObject, with tokens: SessionTokens, at name: Text
    ) throws(Failure) -> Int {
        let now = try Now(environment.clock)
        let provider = try providers.named(name)
        let session = try sessionWriter.session(
            of: claims, at: provider.settings, fingerprint: provider.fingerprint, now)
        var shortest = Int.max
        for isCompressed in [false, true] {
            let headers = try sessionWriter.headers(
                toStore: session, with: tokens, isCompressed: isCompressed, over: CookieHeader([]), now)
            shortest = min(shortest, HeaderBudget.cookieLength(storedBy: headers))
        }
        return shortest
    }

    /// Bytes that they may take.
    package static var longestCookies: Int { HeaderBudget.session }
}

extension Application {
    /// What a Cookie header says about its session; nil if no cookie of ours opens.
    package func explain(cookie: [UInt8]) throws(Failure) -> (SessionExplanation, provider: Text?)? {
        let found = sessionReader.explain(CookieHeader(cookie[...]), try Now(environment.clock))
        return found.map { ($0, providers.provider(of: $0.session)?.name) }
    }
}
