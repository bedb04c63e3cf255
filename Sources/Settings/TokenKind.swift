package import Basics

/// The tokens of a login that an application may see.
package enum TokenKind: CaseIterable, Sendable {
    case id, access, refresh

    /// In expose_tokens, and in the user's JSON.
    package var name: Text {
        switch self {
        case .id: "id"
        case .access: "access"
        case .refresh: "refresh"
        }
    }

    package init?(name: Text) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
