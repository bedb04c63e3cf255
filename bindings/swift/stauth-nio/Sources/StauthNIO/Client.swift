internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
public import Stauth

extension Configuration {
    /// The usual settings, with requests to providers sent by SwiftNIO: no thread waits for one.
    public static var nio: Configuration { Configuration(client: sendWithNIO) }
}

/// Sends a request to a provider by SwiftNIO, obeying all that the exchange says: for `Configuration.client`.
@Sendable
public func sendWithNIO(_ exchange: Exchange) async throws -> Reply {
    let deadline = NIODeadline.now() + TimeAmount(exchange.timeout)
    let url = try Address(exchange.url)
    let proxy = try exchange.proxy.map(Address.init)
    let channel = try await connect(to: proxy ?? url, for: exchange)
    let end = channel.eventLoop.scheduleTask(deadline: deadline) { channel.close(promise: nil) }
    defer {
        end.cancel()
        channel.close(promise: nil)
    }
    if let proxy, url.isTLS {
        try await makeTunnel(in: channel, to: url, through: proxy)
    }
    if url.isTLS {
        let context = try NIOSSLContext(configuration: trust(exchange.caFile))
        let host = url.isIPAddress ? nil : url.host
        try await channel.eventLoop.submit {
            let handler = try NIOSSLClientHandler(context: context, serverHostname: host)
            try channel.pipeline.syncOperations.addHandler(handler)
        }.get()
    }
    let isForwarded = proxy != nil && !url.isTLS
    return try await channel.exchange(request(exchange, url, isForwarded ? proxy : nil), exchange.body)
}

private func connect(to end: Address, for exchange: Exchange) async throws -> any Channel {
    let time = min(exchange.connectTimeout, exchange.timeout)
    let isGuarded = !exchange.allowsLoopback && exchange.proxy == nil
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connectTimeout(TimeAmount(time))
        .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                if isGuarded {
                    try channel.pipeline.syncOperations.addHandler(LoopbackGuard())
                }
            }
        }
        .connect(host: end.host, port: end.port).get()
}

/// It reads the authorities anew each time: they may change while the program runs, and logins are rare.
private func trust(_ caFile: String?) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.trustRoots = caFile.map { .file($0) } ?? .default
    return configuration
}

/// What is sent to the provider, or to a proxy that forwards it.
private func request(_ exchange: Exchange, _ url: Address, _ proxy: Address?) -> HTTPRequestHead {
    var headers = HTTPHeaders(exchange.headers.map { ($0.name, $0.value) })
    headers.replaceOrAdd(name: "Host", value: url.authority)
    headers.replaceOrAdd(name: "Connection", value: "close")
    if exchange.method != "GET" {
        headers.replaceOrAdd(name: "Content-Length", value: String(exchange.body.count))
    }
    if let credentials = proxy?.credentials {
        headers.replaceOrAdd(name: "Proxy-Authorization", value: credentials)
    }
    let target = proxy == nil ? url.target : exchange.url
    return HTTPRequestHead(version: .http1_1, method: .init(rawValue: exchange.method), uri: target, headers: headers)
}

extension TimeAmount {
    init(_ duration: Duration) {
        self = .milliseconds(Int64(duration / .milliseconds(1)))
    }
}

/// Why there is no reply. Without secrets.
enum ClientError: Error, Equatable, CustomStringConvertible {
    case invalidURL, loopbackAddress, noTunnel, noReply, encodedReply

    var description: String {
        switch self {
        case .invalidURL: "the URL is not one of http or https"
        case .loopbackAddress: "a loopback address is not allowed"
        case .noTunnel: "the proxy made no tunnel"
        case .noReply: "the connection ended without a reply, or the time was up"
        case .encodedReply: "the reply is encoded, which was not asked for"
        }
    }
}
