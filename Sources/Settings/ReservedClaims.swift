package import Basics

/// Names in the user's JSON that are the library's own, whatever a provider sends under them.
package enum ReservedClaims {
    /// `origin` says whose a Streamlit cookie is, `tokens` is where an application finds tokens.
    package static var ofStreamlit: [Text] { ["origin", "tokens"] }
    package static var ofUser: [Text] { ["is_logged_in", "provider", "protocol"] + ofStreamlit }
}
