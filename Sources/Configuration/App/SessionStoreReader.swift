import Basics
import Settings

/// Reads where sessions are.
struct SessionStoreReader {
    private static var key: Text { "session_store" }

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Cookies, if a problem was reported. `prefix`: of keys in the store.
    func read(prefix: Text?, timeout: Int64) -> SessionStoreSettings {
        let name = section.has(Self.key) ? section.text(Self.key) : "cookie"
        if name != "redis" { reportUseless(RedisReader.keys, "\(Self.key) = \"redis\"") }
        switch name {
        case "cookie"?, nil: return .cookie
        case "memory"?: return .memory
        case "redis"?:
            return RedisReader(section).read(prefix: prefix, timeout: timeout).map { .redis($0) } ?? .cookie
        default:
            section.report(Self.key, "must be \"cookie\", \"memory\" or \"redis\"")
            return .cookie
        }
    }

    private func reportUseless(_ keys: [Text], _ wanted: Text) {
        for key in keys where section.has(key) {
            section.report(key, "is only for \(wanted); set that too, or remove it")
        }
    }

    /// Milliseconds that an operation takes at most.
    func readTimeout() -> Int64 {
        section.duration("store_timeout", in: 10...5000, "10 milliseconds to 5 seconds") ?? 200
    }

    /// Whether sessions may be in cookies while the store fails.
    func readFallback() -> Bool {
        guard section.has("store_fallback"), let name = section.text("store_fallback") else { return false }
        if name != "cookie", name != "none" { section.report("store_fallback", "must be \"none\" or \"cookie\"") }
        return name == "cookie"
    }
}
