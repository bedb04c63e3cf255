public import FoundationEssentials

/// Who sent a request: the claims of the provider.
public struct User: Sendable, Hashable {
    /// The claims as JSON, always with "is_logged_in".
    public let json: String

    /// Nobody.
    public static let nobody = User(json: #"{"is_logged_in":false}"#)

    /// Whether somebody is signed in.
    public var isLoggedIn: Bool {
        json.hasPrefix(#"{"is_logged_in":true"#)  // the library writes this member first
    }

    /// The claims as a type of the program's.
    ///
    /// ```swift
    /// struct Member: Decodable { let sub: String, email: String }
    /// let member = try visit.user.decoded(as: Member.self)
    /// ```
    ///
    /// Fails if nobody is signed in and the type requires a claim.
    public func decoded<Claims: Decodable>(
        as type: Claims.Type = Claims.self, by decoder: JSONDecoder = JSONDecoder()
    ) throws -> Claims {
        try decoder.decode(type, from: Data(json.utf8))
    }
}

extension User: CustomStringConvertible, CustomReflectable {
    /// Without claims: they are personal data, and this text ends up in logs.
    public var description: String { isLoggedIn ? "<User signed in>" : "<User nobody>" }
    /// Without claims, like the description.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A token to call an API with.
public struct AccessToken: Sendable {
    /// The token itself, for the header `Authorization: Bearer …`.
    public let secret: String
    /// Nil if the provider does not say.
    public let expiry: Date?
    /// What the token is for.
    public let scopes: [String]
}

extension AccessToken: CustomStringConvertible, CustomReflectable {
    /// Without the token: this text ends up in logs.
    public var description: String { "<AccessToken>" }
    /// Without the token, like the description.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
