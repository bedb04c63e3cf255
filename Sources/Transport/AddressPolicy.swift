package import Basics

/// Which addresses a connection may end at, judged by the address that is about to be connected to, whatever name
/// led there. So a name that changes its address between two look-ups (DNS rebinding) gains nothing.
///
/// Private networks are allowed: a company's provider often lives in one.
struct AddressPolicy {
    private enum Rule { case any, loopbackOnly, publicOrLoopback, publicOnly }

    /// The policy in words.
    static var rule: Text {
        "link-local, multicast, unspecified and cloud metadata addresses always are, this machine's unless the URL names it"
    }

    private let rule: Rule

    init(for url: AbsoluteURL, within limits: ConnectionSettings) {
        if limits.proxy != nil {
            // It is the proxy that is connected to, and the proxy that connects to the provider.
            rule = .any
        } else if !url.isSecure {
            // Nothing protects plain http but that it does not leave the machine.
            rule = .loopbackOnly
        } else {
            rule = limits.allowsLoopback ? .publicOrLoopback : .publicOnly
        }
    }

    func allows(_ address: NetworkAddress) -> Bool {
        switch rule {
        case .any: true
        case .loopbackOnly: address.kind == .loopback
        case .publicOrLoopback: address.kind != .special
        case .publicOnly: address.kind == .ordinary
        }
    }
}

extension ConnectionSettings {
    /// Refuses a URL that may not be sent to, by whoever. A proxy and the host's own HTTP client resolve names themselves,
    /// and do not show the address that they connect to; one that the URL spells out is judged here.
    package func check(_ url: AbsoluteURL) throws(Failure) {
        guard url.isSecure || url.isLoopback && allowsLoopback else {
            let message: Text = "\(url.withoutQuery): plain http is for a provider on this machine only"
            throw Failure(.providerAddressRefused, message)
        }
        let kind = url.address?.kind ?? .ordinary
        guard kind == .ordinary || kind == .loopback && allowsLoopback else {
            throw Failure(.providerAddressRefused, "\(url.withoutQuery): the host is refused (\(AddressPolicy.rule))")
        }
    }
}
