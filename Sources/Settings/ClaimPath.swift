package import Basics
package import JSON

/// The location of a claim: "hd", or "realm_access.roles" for a member of the claim realm_access.
///
/// A name may itself contain dots, as in "https://example.com/roles". The longest name that leads to a value is used.
package struct ClaimPath: Equatable, Sendable {
    package let text: Text

    private static let longest = 256
    /// Bounds the work of a look-up.
    private static let mostDots = 8

    /// Nil for a path that is empty or too long.
    package init?(_ text: Text) {
        let dots = text.bytes.count(of: 0x2E)
        guard (1...Self.longest).contains(text.count), dots <= Self.mostDots, !text.hasControls else { return nil }
        self.text = text
    }

    package func value(in claims: JSONObject) -> JSON? {
        Self.value(at: text, in: claims)
    }

    private static func value(at path: Text, in object: JSONObject) -> JSON? {
        if let value = object[path] { return value }
        for (name, rest) in splits(of: path) {
            if let inner = object[name]?.object, let value = value(at: rest, in: inner) { return value }
        }
        return nil
    }

    /// The names of claims that the path may begin with.
    package var firstNames: [Text] {
        [text] + Self.splits(of: text).map { $0.name }
    }

    /// The parts before and after each dot, the longest name first.
    private static func splits(of path: Text) -> [(name: Text, rest: Text)] {
        path.bytes.indices.filter { path.bytes[$0] == 0x2E }.reversed().map { index in
            (
                name: Text(wellFormed: path.bytes[..<index]),
                rest: Text(wellFormed: path.bytes[index...].dropFirst())
            )
        }
    }
}
