import Basics

/// A path of the host's site that means the same to every browser and proxy.
enum SitePath {
    static var rule: Text { "of letters, digits, \"-\", \".\", \"_\", \"~\", with no empty, \".\" or \"..\" part" }

    /// A "//" at the start would be another site, and dots are taken out before a request is sent. A "/" at the end is
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
