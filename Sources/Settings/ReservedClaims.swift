package import Basics

/// Names in the user's JSON that belong to the library, whatever a provider sends under them.
package enum ReservedClaims {
    /// `origin` identifies the owner of a Streamlit cookie, `tokens` is where an application finds tokens.
    package static var ofStreamlit: [Text] { ["origin", "tokens"] }
    package static var ofUser: [Text] { ["is_logged_in", "provider", "protocol"] + ofStreamlit }
}
