package import Basics

/// Names in the user's JSON that belong to the library, whatever a provider sends under them.
package enum ReservedClaims {
    package static var isLoggedIn: Text { "is_logged_in" }
    package static var provider: Text { "provider" }
    package static var `protocol`: Text { "protocol" }
    /// Where an application finds tokens.
    package static var tokens: Text { "tokens" }
    /// Identifies the owner of a Streamlit cookie.
    package static var origin: Text { "origin" }
    /// How the request was authenticated, if not by a session.
    package static var authenticatedBy: Text { "authenticated_by" }

    package static var all: [Text] { [isLoggedIn, provider, `protocol`, origin, tokens, authenticatedBy] }
}
