import Basics
import Environment
import JSON
import Synchronization
import Terminal

/// Makes the headers by which the app learns who the user is.
final class IdentityHeaders: Sendable {
    private struct Made {
        let headers: [(name: String, value: String)]
        let time: Int64
    }

    private let settings: GatewaySettings
    private let site: Text
    /// Whether a user's `sub` is theirs alone: providers may have users of the same one.
    private let hasOneProvider: Bool
    private let token: IdentityToken?
    /// By the user's JSON, with a signed token to be used again for a while.
    private let made = Mutex<[[UInt8]: Made]>([:])

    private static let mostMade = 4096
    /// Seconds.
    private static let longestUse: Int64 = 60

    init(_ settings: GatewaySettings, site: Text, hasOneProvider: Bool) throws(Failure) {
        self.settings = settings
        self.site = site
        self.hasOneProvider = hasOneProvider
        token = try settings.signing.map { (signing) throws(Failure) in try IdentityToken(signing, issuer: site) }
    }

    var keySet: Text? { token?.keySet }

    var needsAccessToken: Bool { settings.identityHeaders.contains(.accessToken) }

    /// One for each header of the settings, so that a server in front replaces whatever a client has sent under its name:
    /// empty if there is nothing to say.
    func headers(for user: Text, accessToken: Text?, _ now: Int64) throws(Failure) -> [(name: String, value: String)] {
        var headers = try claims(of: user, now)
        if needsAccessToken {
            headers.append((IdentityHeader.accessToken.name, accessToken.map { Self.value($0) } ?? ""))
        }
        return headers
    }

    private func claims(of user: Text, _ now: Int64) throws(Failure) -> [(name: String, value: String)] {
        let known = made.withLock { $0[user.bytes] }
        if let known, (known.time...known.time + Self.longestUse).contains(now) { return known.headers }
        let object = JSONObject(parsing: user.bytes) ?? JSONObject()
        let isSignedIn = object["is_logged_in"] == .bool(true)
        var headers: [(name: String, value: String)] = []
        for header in settings.identityHeaders where header != .accessToken {
            let text = isSignedIn ? try text(of: header, object, now) : nil
            headers.append((header.name, text.map { Self.value($0) } ?? ""))
        }
        let (fresh, most) = (Made(headers: headers, time: now), Self.mostMade)
        made.withLock { made in
            if made.count >= most { made.removeAll(keepingCapacity: true) }
            made[user.bytes] = fresh
        }
        return headers
    }

    private func text(of header: IdentityHeader, _ user: JSONObject, _ now: Int64) throws(Failure) -> Text? {
        switch header {
        case .user: subject(of: user)
        case .email: email(of: user)
        case .groups: groups(of: user).joined(with: ",")
        case .preferredUsername: user["preferred_username"]?.text
        case .accessToken: nil
        case .jwt: try token?.signed(tokenClaims(of: user), now)
        }
    }

    private func subject(of user: JSONObject) -> Text? {
        guard let subject = user["sub"]?.text else { return nil }
        if hasOneProvider { return subject }
        return user["provider"]?.text.map { "\($0):\(subject)" }
    }

    /// OpenID Connect Core 5.7: without email_verified, it is what the user claims to be theirs.
    private func email(of user: JSONObject) -> Text? {
        let isVerified = user["email_verified"] == .bool(true)
        return isVerified || settings.forwardsUnverifiedEmail ? user["email"]?.text : nil
    }

    /// A group with a comma in its name would be two.
    private func groups(of user: JSONObject) -> [Text] {
        switch user[settings.groupsClaim] {
        case .string(let group)?: group.contains(",") ? [] : [group]
        case .array(let groups)?: groups.compactMap { $0.text }.filter { !$0.contains(",") }
        default: []
        }
    }

    private func tokenClaims(of user: JSONObject) -> JSONObject {
        var claims = JSONObject()
        claims["sub"] = subject(of: user).map { .string($0) }
        claims["email"] = email(of: user).map { .string($0) }
        claims["groups"] = .array(groups(of: user).map { .string($0) })
        for name in ["preferred_username", "name", "provider"] as [Text] { claims[name] = user[name] }
        claims["provider_iss"] = user["iss"]
        return claims
    }

    /// On one line, whatever the provider said.
    private static func value(_ text: Text) -> String {
        let bytes = text.bytes.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        return String(Text(wellFormed: bytes).trimmed())
    }
}
