import Basics

/// How long a provider's document counts as fresh, in seconds.
enum CacheLifetime {
    private static let shortest: Int64 = 5 * 60
    private static let longest: Int64 = 24 * 60 * 60
    private static let usual: Int64 = 60 * 60

    /// max-age of a Cache-Control header (RFC 9111 5.2.2.1), within bounds: a provider can neither force a fetch at every
    /// login nor have its document kept for ever. If caching is forbidden, the shortest time applies.
    static func seconds(for cacheControl: Text?) -> Int64 {
        guard let cacheControl else { return usual }
        var lifetime = usual
        for directive in cacheControl.lowercasedASCII().split(at: ",").map({ $0.trimmed() }) {
            if directive == "no-store" || directive == "no-cache" { return shortest }
            if let age = directive.dropping(prefix: "max-age=") {
                lifetime = clamp(age.trimmed())
            }
        }
        return lifetime
    }

    private static func clamp(_ age: Text) -> Int64 {
        let isNumber = !age.isEmpty && age.bytes.allSatisfy { (0x30...0x39).contains($0) }
        guard let seconds = age.asDecimal() else { return isNumber ? longest : shortest }
        return min(max(seconds, shortest), longest)
    }
}
