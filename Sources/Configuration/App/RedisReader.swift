import Basics
import Settings

/// Reads how Redis is reached.
struct RedisReader {
    private static var urlKey: Text { "redis_url" }
    private static var insecureKey: Text { "insecure_redis_without_tls" }
    static var keys: [Text] { [urlKey, "redis_sentinel_master", "redis_ca_file", insecureKey] }

    private static let mostAddresses = 16

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil if a problem was reported.
    func read(prefix: Text?, timeout: Int64) -> RedisSettings? {
        guard section.has(Self.urlKey) else {
            section.report(Self.urlKey, "is missing; write \"rediss://user:password@redis.example.com\"")
            return nil
        }
        let master = section.text("redis_sentinel_master")
        guard let texts = section.texts(Self.urlKey), let prefix else { return nil }
        let urls = texts.prefix(Self.mostAddresses).compactMap { RedisURL($0, isSentinel: master != nil) }
        guard let first = urls.first, urls.count == texts.count, urls.allSatisfy({ $0.agrees(with: first) }) else {
            section.report(
                Self.urlKey,
                "must be a URL such as \"rediss://user:password@redis.example.com:6379/0\", with special characters "
                    + "percent-encoded, or a list of up to \(Self.mostAddresses) that differ only in host and port")
            return nil
        }
        if urls.contains(where: { !$0.address.isSecure && !$0.address.isLoopback }),
            section.boolean(Self.insecureKey) != true
        {
            section.report(
                Self.urlKey,
                "leaves this machine without TLS: write rediss://, or set \(Self.insecureKey) if the network is trusted"
            )
        }
        return RedisSettings(
            addresses: urls.map { $0.address }, user: first.user, password: first.password, database: first.database,
            master: master,
            certificateAuthorityFile: section.text("redis_ca_file").flatMap { file in
                file.isEmpty ? nil : ConnectionReader.certificates(file, "redis_ca_file", section)
            },
            timeout: timeout, prefix: prefix)
    }
}

/// redis://[user[:password]@]host[:port][/database], or rediss for TLS.
private struct RedisURL {
    let address: AbsoluteURL
    let user: Text?
    let password: Secret?
    let database: Int64

    init?(_ text: Text, isSentinel: Bool) {
        let scheme: Text
        var rest: Text
        if let secure = text.dropping(prefix: "rediss://") {
            (scheme, rest) = ("https", secure)
        } else if let plain = text.dropping(prefix: "redis://") {
            (scheme, rest) = ("http", plain)
        } else {
            return nil
        }
        var credentials: Text?
        if let at = rest.bytes.lastIndex(of: 0x40) {
            credentials = Text(wellFormed: rest.bytes[..<at])
            rest = Text(wellFormed: rest.bytes[(at + 1)...])
        }
        let (authority, path) = rest.splitOnce(at: "/") ?? (rest, "")
        let afterAddress = authority.splitOnce(at: "]")?.after ?? authority
        let hasPort = afterAddress.contains(":")
        let port: Text = isSentinel ? "26379" : "6379"
        guard let url = AbsoluteURL("\(scheme)://\(authority)\(hasPort ? "" : ":\(port)")"), url.path.isEmpty,
            url.query == nil, let database = path.isEmpty ? 0 : path.asDecimal()
        else { return nil }
        address = url
        self.database = database
        guard let credentials else {
            (user, password) = (nil, nil)
            return
        }
        guard let parts = credentials.splitOnce(at: ":"), let name = Self.decode(parts.before),
            let secret = Self.decode(parts.after), !secret.isEmpty
        else { return nil }
        user = name.isEmpty ? nil : name
        password = Secret(secret)
    }

    private static func decode(_ text: Text) -> Text? { Text(validating: FormEncoding.decodePath(text)) }

    func agrees(with other: RedisURL) -> Bool {
        let passwords = [password, other.password].map { $0.flatMap { try? $0.text() } }
        return address.isSecure == other.address.isSecure && user == other.user && database == other.database
            && passwords[0] == passwords[1]
    }
}
