import Basics
import Settings

/// The library's own paths, and other paths that browsers, proxies and frameworks may interpret as one of them: they remove
/// dot segments, merge slashes, drop parameters (";x") and ignore case, each in a different order.
struct OwnPaths {
    private let paths: [[Text]]

    init(_ settings: Settings) {
        paths = Endpoint.table(settings).map { Self.parts($0.path) }
    }

    /// Whether any interpretation of a path leads to one of these. `path`: without percent-encodings. A path with ".." counts
    /// if removing any of its segments leaves one of these.
    func mayBeReached(by path: Text) -> Bool {
        let beforeQuery = path.splitOnce(at: "?")?.before ?? path
        return [path, beforeQuery].map(Self.parts).contains { parts in
            paths.contains { own in parts.contains("..") ? Self.isLeft(own, of: parts) : own == parts }
        }
    }

    private static func isLeft(_ own: [Text], of parts: [Text]) -> Bool {
        var missing = own[...]
        for part in parts where part == missing.first { missing = missing.dropFirst() }
        return missing.isEmpty
    }

    private static func parts(_ path: Text) -> [Text] {
        path.split(at: "/").map { ($0.splitOnce(at: ";")?.before ?? $0).lowercasedASCII() }
            .filter { !$0.isEmpty && $0 != "." }
    }
}
