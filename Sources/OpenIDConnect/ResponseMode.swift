package import Basics

/// How the authorization response is returned (OAuth 2.0 Multiple Response Type Encoding Practices 2.1, OAuth 2.0 Form Post
/// Response Mode 2, JARM 2.3).
package enum ResponseMode: CaseIterable, Sendable {
    case query
    case formPost
    /// JARM's default for a code: in the query (JARM 2.3.4).
    case jwt
    case queryJWT
    case formPostJWT

    package init?(name: Text) {
        guard let mode = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = mode
    }

    package var name: Text {
        switch self {
        case .query: "query"
        case .formPost: "form_post"
        case .jwt: "jwt"
        case .queryJWT: "query.jwt"
        case .formPostJWT: "form_post.jwt"
        }
    }

    /// Whether the provider's page makes the browser POST it.
    package var isFormPost: Bool { self == .formPost || self == .formPostJWT }

    /// Whether it is one signed JWT (JARM 2.1).
    package var isSigned: Bool { self != .query && self != .formPost }
}
