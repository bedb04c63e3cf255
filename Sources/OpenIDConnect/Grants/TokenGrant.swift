import Basics

/// What the client presents to the token endpoint in exchange for tokens (RFC 6749 4). To add a grant, add a file in this
/// folder with a function that makes it.
package struct TokenGrant {
    let type: Text
    /// The parameters in addition to grant_type. Secret.
    let parameters: [FormEncoding.Field]
}
