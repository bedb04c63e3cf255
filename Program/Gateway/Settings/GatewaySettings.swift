import Basics
import Cryptography
import NIOCore

/// The table [gateway], checked. docs/gateway.md describes every key.
struct GatewaySettings: Sendable {
    /// Where requests come in; systemd may pass other sockets.
    var listen = SocketName.internet(host: "127.0.0.1", port: 4180)
    /// The app behind the gateway; nil for forward-auth alone.
    var upstream: SocketName?
    /// Whether the app sees the Host header of the browser, or its own address.
    var keepsHost = true
    /// Whether servers in front may ask about requests although there is an app behind the gateway. What they learn, such as
    /// tokens, a script of the app could read if they pass the question on.
    var answersServersBesideApp = false
    /// Whether preflights of CORS need no login. Anybody can send one.
    var passesPreflights = false
    /// Whose X-Forwarded headers are believed.
    var trustedProxies = Networks.loopback
    /// What the app learns of the user.
    var identityHeaders: [IdentityHeader] = [.user, .email, .groups, .preferredUsername]
    var groupsClaim: Text = "groups"
    var forwardsUnverifiedEmail = false
    /// Signs the user's claims for the app; nil if nobody asked for that.
    var signing: SigningSettings?
    /// Where health and statistics are; nil for nowhere.
    var operationsListen: SocketName?
    var timeouts = Timeouts()
    /// Bytes of a request's head.
    var longestHead = 64 * 1024
    /// Bytes of a request's body; nil for any number.
    var longestBody: Int64?
    var mostConnections = 16_384
    /// Threads for whatever waits: logins, refreshes, a store.
    var threads = 32

    var answersServers: Bool { upstream == nil || answersServersBesideApp }

    /// Whether the library sees a header. It lets preflights pass, and knows them by this one.
    func showsLibrary(_ header: String) -> Bool {
        passesPreflights || header.lowercased() != "access-control-request-method"
    }

    struct Timeouts: Sendable {
        /// For the head of the first request of a connection.
        var head = TimeAmount.seconds(15)
        /// For the next request, and between two parts of a body.
        var idle = TimeAmount.seconds(60)
        var connect = TimeAmount.seconds(5)
        /// Without a sign of life from either side while the app works on a request.
        var upstream = TimeAmount.seconds(60)
        /// For requests in progress when the program ends.
        var shutdown = TimeAmount.seconds(30)
    }
}

struct SigningSettings: Sendable {
    let key: PrivateKey
    /// Published as well, while apps may still hold tokens signed by it.
    let formerKey: PrivateKey?
    let audience: Text?
}

/// A header by which an app learns something of the user.
enum IdentityHeader: CaseIterable, Sendable {
    case user, email, groups, preferredUsername, accessToken, jwt

    /// In the settings.
    var key: Text {
        switch self {
        case .user: "user"
        case .email: "email"
        case .groups: "groups"
        case .preferredUsername: "preferred_username"
        case .accessToken: "access_token"
        case .jwt: "jwt"
        }
    }

    var name: String {
        switch self {
        case .user: "X-Forwarded-User"
        case .email: "X-Forwarded-Email"
        case .groups: "X-Forwarded-Groups"
        case .preferredUsername: "X-Forwarded-Preferred-Username"
        case .accessToken: "X-Forwarded-Access-Token"
        case .jwt: "X-Forwarded-Jwt"
        }
    }
}
