import Basics
import Configuration
import Cryptography
import JOSE
import JSON
import NIOCore

/// Reads the table [gateway].
struct GatewaySettingsReader {
    static let keys: [Text] = [
        "listen", "upstream", "keep_host", "forward_auth", "pass_preflights", "trusted_proxies", "identity_headers",
        "groups_claim", "insecure_forward_unverified_email", "signing_key", "former_signing_key", "jwt_audience",
        "operations_listen",
        "head_timeout", "idle_timeout", "connect_timeout", "upstream_timeout", "shutdown_timeout", "max_head",
        "max_body",
        "max_connections", "threads",
    ]

    private let section: Section

    static func read(file path: Text) throws(Failure) -> GatewaySettings {
        try ProgramTable.read("gateway", ofFile: path, known: keys) { GatewaySettingsReader(section: $0).read() }
    }

    private func read() -> GatewaySettings {
        var settings = GatewaySettings()
        if let listen = socket("listen", "127.0.0.1:4180") { settings.listen = listen }
        settings.upstream = upstream()
        settings.keepsHost = section.boolean("keep_host") ?? settings.keepsHost
        settings.answersServersBesideApp = section.boolean("forward_auth") ?? false
        settings.passesPreflights = section.boolean("pass_preflights") ?? false
        if let networks = trustedProxies() { settings.trustedProxies = networks }
        if let headers = identityHeaders() { settings.identityHeaders = headers }
        settings.groupsClaim = section.text("groups_claim") ?? settings.groupsClaim
        settings.forwardsUnverifiedEmail = section.boolean("insecure_forward_unverified_email") ?? false
        settings.signing = signing(isNeeded: settings.identityHeaders.contains(.jwt))
        settings.operationsListen = socket("operations_listen", "127.0.0.1:9180")
        settings.timeouts = timeouts()
        settings.longestHead = count("max_head", in: 4096...1_048_576) ?? settings.longestHead
        settings.longestBody = section.integer("max_body", in: 0...Int64.max)
        settings.mostConnections = count("max_connections", in: 1...1_000_000) ?? settings.mostConnections
        settings.threads = count("threads", in: 1...1024) ?? settings.threads
        return settings
    }

    private func count(_ key: Text, in range: ClosedRange<Int64>) -> Int? {
        section.integer(key, in: range).map { Int($0) }
    }

    private func socket(_ key: Text, _ example: Text) -> SocketName? {
        guard let text = section.text(key) else { return nil }
        if let name = SocketName(text) { return name }
        section.report(key, "must be an address and a port, such as \"\(example)\", or \"unix:/path\"")
        return nil
    }

    private func upstream() -> SocketName? {
        guard let text = section.text("upstream") else { return nil }
        if text.hasPrefix("https://") {
            section.report("upstream", "is spoken to without TLS: put it on this machine, or a tunnel in between")
            return nil
        }
        let name = text.dropping(prefix: "http://").map { $0.dropping(suffix: "/") ?? $0 } ?? text
        if let socket = SocketName(name) ?? SocketName(name + ":80") { return socket }
        section.report("upstream", "must be such as \"http://127.0.0.1:8501\", without a path, or \"unix:/path\"")
        return nil
    }

    private func trustedProxies() -> Networks? {
        guard let texts = section.texts("trusted_proxies") else { return nil }
        if texts == ["none"] { return Networks.none }
        if let networks = Networks(texts) { return networks }
        section.report(
            "trusted_proxies",
            "must be addresses or networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"], or \"none\"")
        return nil
    }

    private func identityHeaders() -> [IdentityHeader]? {
        guard let names = section.texts("identity_headers") else { return nil }
        if names == ["none"] { return [] }
        let headers = names.compactMap { name in IdentityHeader.allCases.first { $0.key == name } }
        if headers.count == names.count { return headers }
        let all = IdentityHeader.allCases.map { "\"\($0.key)\"" as Text }.joined(with: ", ")
        section.report("identity_headers", "must be a list of \(all), or \"none\"")
        return nil
    }

    // MARK: - Keys

    private func signing(isNeeded: Bool) -> SigningSettings? {
        let former = key("former_signing_key")
        let audience = section.text("jwt_audience")
        guard isNeeded || section.has("signing_key") else { return nil }
        guard section.has("signing_key") else {
            section.report(
                "signing_key",
                "is missing for identity_headers with \"jwt\"; make one with: openssl ecparam -genkey -name prime256v1 -noout"
            )
            return nil
        }
        return key("signing_key").map { SigningSettings(key: $0, formerKey: former, audience: audience) }
    }

    private func key(_ name: Text) -> PrivateKey? {
        guard let text = section.document(name) else { return nil }
        do throws(Failure) {
            let key: PrivateKey
            if let members = JSONObject(parsing: text.bytes) {
                key = try PrivateKey.read(jwk: members)
            } else {
                key = try PrivateKey.read(pem: Secret(text))
            }
            if SigningAlgorithm.es256.fits(key.kind) { return key }
            section.report(name, "is not an EC key on P-256")
        } catch {
            section.report(name, error.message)
        }
        return nil
    }

    // MARK: - Times

    private func timeouts() -> GatewaySettings.Timeouts {
        var timeouts = GatewaySettings.Timeouts()
        set(&timeouts.head, to: "head_timeout")
        set(&timeouts.idle, to: "idle_timeout")
        set(&timeouts.connect, to: "connect_timeout")
        set(&timeouts.upstream, to: "upstream_timeout")
        set(&timeouts.shutdown, to: "shutdown_timeout")
        return timeouts
    }

    private func set(_ time: inout TimeAmount, to key: Text) {
        guard let milliseconds = section.duration(key, in: 100...86_400_000, "100 ms to one day") else { return }
        time = .milliseconds(milliseconds)
    }
}
