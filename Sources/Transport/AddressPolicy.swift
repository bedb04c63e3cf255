package import Basics

/// Which addresses a connection may end at, judged by the actual address, whatever name led there. A name that changes its
/// address between two look-ups (DNS rebinding) therefore gains nothing.
///
/// Private networks are allowed: a company's provider often lives in one.
struct AddressPolicy {
    private enum Rule { case any, loopbackOnly, publicOrLoopback, publicOnly }

    /// The policy in words.
    static var rule: Text {
        "link-local, multicast, unspecified and cloud metadata addresses always; this machine's unless the URL names it"
    }

    private let rule: Rule

    init(for url: AbsoluteURL, within limits: ConnectionSettings) {
        if limits.proxy != nil {
            // The connection goes to the proxy, which connects to the provider.
            rule = .any
        } else if !url.isSecure {
            // Plain http is protected only by staying on the machine.
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
    /// Refuses a forbidden URL, whoever sends the request. A proxy and the host's own HTTP client resolve names themselves,
    /// and do not show the address that they connect to; one that the URL spells out is judged here.
    package func check(_ url: AbsoluteURL) throws(Failure) {
        guard url.isSecure || url.isLoopback && allowsLoopback else {
            let message: Text = "\(url.withoutQuery): plain http is only for a provider on this machine"
            throw Failure(.providerAddressRefused, message)
        }
        let kind = url.address?.kind ?? .ordinary
        guard kind == .ordinary || kind == .loopback && allowsLoopback else {
            throw Failure(.providerAddressRefused, "\(url.withoutQuery): the host is refused (\(AddressPolicy.rule))")
        }
    }
}
