import Basics

/// A path of the host's site that every browser and proxy interprets alike.
enum SitePath {
    static var rule: Text { "of letters, digits, \"-\", \".\", \"_\", \"~\", without empty, \".\" or \"..\" segments" }

    /// A "//" at the start would be another site, and browsers remove dots before they send a request. A "/" at the end is
    /// allowed.
    static func isUsable(_ path: Text) -> Bool {
        guard path.hasPrefix("/"), path != "/", path.count <= 512 else { return false }
        let inner = path.dropping(suffix: "/") ?? path
        return inner.split(at: "/").dropFirst().allSatisfy(isUsable(part:))
    }

    static func isUsable(part: Text) -> Bool {
        !part.isEmpty && part != "." && part != ".." && part.bytes.allSatisfy(FormEncoding.isUnreserved)
    }
}
