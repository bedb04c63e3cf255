public import Hummingbird
internal import NIOCore
public import Stauth

/// A request context that carries the visit: who sent the request.
///
/// ```swift
/// struct MyRequestContext: StauthRequestContext {
///     var coreContext: CoreRequestContextStorage
///     var visit = Visit.ended
///
///     init(source: ApplicationRequestContextSource) {
///         coreContext = .init(source: source)
///     }
/// }
/// ```
public protocol StauthRequestContext: RequestContext {
    /// The visit; one that has ended where no ``StauthMiddleware`` has run.
    var visit: Visit { get set }
}

/// A request context with the visit and the address of the connection's other end.
public struct BasicStauthRequestContext: StauthRequestContext, RemoteAddressRequestContext {
    /// What Hummingbird needs.
    public var coreContext: CoreRequestContextStorage
    /// The visit.
    public var visit = Visit.ended
    /// The other end of the connection: the browser, or a proxy.
    public let remoteAddress: SocketAddress?

    /// Made by Hummingbird for each request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
