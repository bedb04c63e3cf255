package import Basics
import JSON

/// How a provider reports, without the browser, that sessions are over.
package enum LogoutReport: CaseIterable, Sendable {
    /// OpenID Connect Back-Channel Logout 1.0.
    case backchannelLogout
    /// A security event that is pushed (RFC 8935), of those of CAEP 1.0.
    case securityEvent
    /// Global Token Revocation (draft-parecki-oauth-global-token-revocation), as in Okta's Universal Logout.
    case globalTokenRevocation

    /// Where it arrives, below the site's base path.
    package var path: Text {
        switch self {
        case .backchannelLogout: "/auth/backchannel-logout"
        case .securityEvent: "/auth/security-events"
        case .globalTokenRevocation: "/auth/global-token-revocation"
        }
    }

    /// The "typ" of its token.
    var type: Text {
        switch self {
        case .backchannelLogout: "logout+jwt"
        case .securityEvent: "secevent+jwt"
        case .globalTokenRevocation: "global-token-revocation+jwt"
        }
    }
}

/// Whose sessions are over, as a provider calls them.
struct EndedNames {
    /// "sid": one session at the provider; nil for all of the subject's.
    var session: Text?
    /// "sub"; nil with a session alone.
    var subject: Text?

    /// A subject identifier (RFC 9493 3; Shared Signals Framework 1.0, 2): a subject of this issuer, or a complex one of such
    /// a user, a session, or both. Nil for any other: an e-mail address finds no session, and whatever narrows a complex
    /// subject further would be ignored.
    init?(_ identifier: JSONObject, of issuer: Text) {
        let user = identifier["format"]?.text == "complex" ? identifier["user"]?.object : identifier
        if let user {
            guard user["format"]?.text == "iss_sub", user["iss"]?.text == issuer, let name = user.nonEmpty("sub")?.text
            else { return nil }
            subject = name
        }
        guard identifier["format"]?.text == "complex" else { return }
        for member in identifier.members where !["format", "user", "session"].contains(member.name) { return nil }
        if identifier.has("user"), user == nil { return nil }
        guard identifier.has("session") else { return }
        guard let id = identifier["session"]?.object, id["format"]?.text == "opaque", let name = id.nonEmpty("id")?.text
        else { return nil }
        session = name
    }

    init(session: Text?, subject: Text?) {
        self.session = session
        self.subject = subject
    }

    var isEmpty: Bool { session == nil && subject == nil }
}

extension EndedNames {
    private static var caep: Text { "https://schemas.openid.net/secevent/caep/event-type/" }

    /// What the events of a security event token end (CAEP 1.0, 3.1, 3.3). Empty for other events, which are none of ours;
    /// nil for one without a subject that can be understood.
    init?(events: JSONObject, in claims: JSONObject, of issuer: Text) {
        self.init(session: nil, subject: nil)
        let isChange = events.has(Self.caep + "credential-change")
        guard isChange || events.has(Self.caep + "session-revoked") else { return }
        guard let identifier = claims["sub_id"]?.object, let names = Self(identifier, of: issuer), !names.isEmpty else {
            return nil
        }
        self = names
        // Whoever knew the old password may have any of the user's sessions.
        if isChange, subject != nil { session = nil }
    }
}
