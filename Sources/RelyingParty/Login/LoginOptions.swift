package import Basics
import Environment
import Provider
import Session
import Settings

/// The requests of one login, in addition to the configuration.
package struct LoginOptions {
    /// Ten years, as in the configuration.
    private static let longestMaxAge: Int64 = 315_360_000
    private static let longest = 1024

    /// Nil for the page of the request.
    var returnTo: Text?
    /// Parameters of the authorization request (OIDC Core 3.1.2.1), which replace configured ones.
    private var parameters: [FormEncoding.Field] = []
    private var maxAge: Int64?
    /// Whether the provider must ask which account, rather than return the one that is signed in there.
    var wantsOtherAccount = false

    package init(returnTo: Text? = nil, loginHint: Text? = nil) {
        self.returnTo = returnTo
        if let loginHint { parameters = [.init("login_hint", loginHint)] }
    }

    /// Of a login that begins again.
    init(maxAge: Int64?) {
        self.maxAge = maxAge
    }

    /// Whether this user is to be authenticated again, because that was too long ago.
    func refreshes(_ userJSON: Text, _ now: Now) -> Bool {
        maxAge.map { !UserJSON.isFresh(userJSON, within: $0, now) } ?? false
    }

    /// Whether some option requires a known provider.
    var needsProvider: Bool { maxAge != nil || parameters.contains { $0.name != "login_hint" } }

    /// The options that the page where users choose a provider passes on.
    var chooserFields: [FormEncoding.Field] { parameters }

    mutating func setParameter(_ name: Text, to value: Text?) throws(Failure) {
        let maxAge = try Self.validate(name, value)
        if name == "max_age" {
            self.maxAge = maxAge
            return
        }
        parameters.removeAll { $0.name == name }
        if let value { parameters.append(.init(name, value)) }
    }

    /// Fails for an unknown option or an invalid value. Returns the number of a max_age.
    private static func validate(_ name: Text, _ value: Text?) throws(Failure) -> Int64? {
        let words = value?.split(at: " ") ?? []
        let isGood: Bool
        switch name {
        case "login_hint": isGood = true
        // OIDC Core 3.1.2.1: none must be the only value.
        case "prompt":
            isGood = words.allSatisfy { isWord($0, 0x5F) } && (words.count < 2 || !words.contains("none"))
        case "acr_values": isGood = words.allSatisfy { !$0.isEmpty && $0.isVisibleASCII }
        // RFC 5646 2.1.
        case "ui_locales": isGood = words.allSatisfy { isWord($0, 0x2D) }
        case "max_age":
            let seconds = value.map { $0.asDecimal() } ?? nil
            isGood = value == nil || (0...longestMaxAge).contains(seconds ?? -1)
            if isGood { return seconds }
        default:
            throw Failure(.optionUnknown, "there is no option \(name.forMessage)")
        }
        guard isGood, value.map({ (1...longest).contains($0.count) && !$0.hasControls }) ?? true else {
            throw Failure(.optionInvalid, "\(name) has an invalid value, or is longer than \(longest) bytes")
        }
        return nil
    }

    /// Letters, digits and one more character; not empty.
    private static func isWord(_ word: Text, _ more: UInt8) -> Bool {
        !word.isEmpty
            && word.lowercasedASCII().bytes.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == more
            }
    }
}

extension LoginOptions {
    /// The stricter of the two limits on the time since the user signed in at this provider (OIDC Core 3.1.2.1), if this
    /// login has its own. The ID token must prove it: without one, it cannot be requested.
    func maxAge(at provider: Provider) throws(Failure) -> Int64? {
        guard let maxAge else { return nil }
        guard provider.settings.oauth2 == nil else {
            throw Failure(.optionInvalid, "max_age: \(provider.name.forMessage) has no ID token to prove it")
        }
        return min(maxAge, provider.settings.maxAge ?? maxAge)
    }

    /// The parameters of the authorization request.
    func parameters(at provider: Provider, maxAge: Int64?) -> [FormEncoding.Field] {
        let own = parameters + (maxAge.map { [.init("max_age", Text($0))] } ?? [])
        let configured = provider.settings.authorizationParameters
        guard !own.isEmpty else { return configured }
        return configured.filter { own.values(of: $0.name).isEmpty } + own
    }
}
