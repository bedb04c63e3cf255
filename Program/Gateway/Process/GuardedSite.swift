import Basics
import Configuration
import Cookies
import Cryptography
import Environment
import Redis
import RelyingParty
import Session
import Settings
import Terminal
import Transport

/// What a configuration file makes: the library's application, and what the gateway does around it.
final class GuardedSite: Sendable {
    let settings: GatewaySettings
    let application: Application
    let identity: IdentityHeaders
    let paths: Paths
    /// The beginnings of the names of our cookies, which are of no use to the app but would be to a thief.
    let cookiePrefixes: [Text]
    /// As the browser sees it.
    let scheme: String
    /// Where sessions are with session_store = "memory".
    private let memoryStore: MemoryStore

    /// The gateway's own paths, beside the library's.
    struct Paths: Sendable {
        /// For servers that want to know yes or no.
        let verify: Text
        /// For servers that pass the answer on to the browser.
        let forward: Text
        let keySet: Text
        let login: Text

        fileprivate init(_ auth: Settings) {
            let base = auth.basePath + "/auth/"
            (verify, forward, keySet, login) = (base + "verify", base + "forward", base + "jwks", auth.loginPath)
        }
    }

    /// `former`: what it replaces. Sessions that have ended there have ended here.
    init(file path: Text, succeeding former: GuardedSite? = nil) throws(Failure) {
        let configuration = Configuration()
        try configuration.load(file: path)
        // Whoever wants an open site needs no gateway.
        try configuration.set(key: "auth.require_login", value: "true")
        let auth = try configuration.settings()
        settings = try GatewaySettingsReader.read(file: path)
        try Self.validate(settings, with: auth)
        let log = GatewayLog.shared
        memoryStore = former?.memoryStore ?? MemoryStore(log: log)
        let environment = Environment(
            clock: SystemClock(), random: SystemRandomSource(), log: log,
            transport: CurlTransport(userAgent: "stauth/\(Text(programVersion))"),
            store: Self.store(auth, memoryStore))
        application = try Application(settings: auth, environment: environment, succeeding: former?.application)
        identity = try IdentityHeaders(
            settings, site: auth.site.origin + auth.basePath, hasOneProvider: auth.providers.count == 1)
        paths = Paths(auth)
        cookiePrefixes = ["", "__Host-", "__Secure-"].map { $0 + auth.cookiePrefix + "_" }
        scheme = auth.site.isSecure ? "https" : "http"
    }

    /// What only both tables together show.
    private static func validate(_ settings: GatewaySettings, with auth: Settings) throws(Failure) {
        guard !settings.identityHeaders.contains(.accessToken) || auth.exposedTokens.contains(.access) else {
            throw Failure(
                .configurationInvalid,
                #"[gateway] identity_headers: "access_token" requires expose_tokens = "access""#)
        }
        let own = Paths(auth)
        let others = auth.callbackPaths + [auth.loginPath, auth.logoutPath] + (auth.sessionPath.map { [$0] } ?? [])
        for path in [own.verify, own.forward, own.keySet] where others.contains(path) {
            throw Failure(.configurationInvalid, "[auth]: the path \(path) is the gateway's; choose another")
        }
    }

    private static func store(_ settings: Settings, _ memory: MemoryStore) -> (any SessionStore)? {
        switch settings.store {
        case .cookie: nil
        case .memory: memory
        case .redis(let redis): RedisStore(redis)
        }
    }

    func isOwnCookie(_ name: some Sequence<UInt8>) -> Bool {
        cookiePrefixes.contains { name.starts(with: $0.bytes) }
    }
}
