import Basics
import CCurl

/// Receives data from libcurl and decides what it may connect to: the context of its callbacks.
final class ResponseReceiver {
    static let longestBody = 1 << 20
    /// Of all header lines together: interim responses and trailers count too, or their number would be unlimited.
    private static let longestHeaders = 64 << 10
    static var limits: Text { "1 MiB, or its header than 64 KiB" }

    private let policy: AddressPolicy
    private let connection: KeptConnection?
    private var headerBytes = 0
    private var openedSocket = false
    private var refusedAddress = false

    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    /// Whether libcurl wanted to resend the request although its answer had begun.
    private(set) var isCutShort = false

    init(policy: AddressPolicy, connection: KeptConnection?) {
        self.policy = policy
        self.connection = connection
    }

    /// Whether all available addresses were ones that the policy refuses.
    var hasOnlyRefusedAddresses: Bool { refusedAddress && !openedSocket }

    /// False ends the transfer, here and in the next function.
    fileprivate func takeHeader(byteCount: Int) -> Bool {
        isTooLarge = byteCount > Self.longestHeaders - headerBytes
        if !isTooLarge { headerBytes += byteCount }
        return !isTooLarge
    }

    fileprivate func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        isTooLarge = bytes.count > Self.longestBody - body.count
        if !isTooLarge { unsafe body.append(copyOf: bytes.span) }
        return !isTooLarge
    }

    fileprivate func allowsConnection(to address: NetworkAddress) -> Bool {
        // A code, an assertion or a token that arrived must not arrive twice.
        if let connection, connection.answerBegan {
            isCutShort = true
            return false
        }
        let isAllowed = policy.allows(address)
        if isAllowed { openedSocket = true } else { refusedAddress = true }
        return isAllowed
    }

    /// Makes `transfer` report here. The transfer does not keep the receiver alive.
    func attach(to transfer: UnsafeMutableRawPointer) -> CURLcode {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        return unsafe ccurl_set_callbacks(transfer, context, receiveHeader, receiveBody, openSocket)
    }
}

// A count of bytes other than the one that libcurl offered ends the transfer.

private func receiver(of context: UnsafeMutableRawPointer) -> ResponseReceiver {
    unsafe Unmanaged<ResponseReceiver>.fromOpaque(context).takeUnretainedValue()
}

private let receiveHeader: curl_write_callback = { _, _, count, context in
    guard let context = unsafe context else { return 0 }
    return unsafe receiver(of: context).takeHeader(byteCount: count) ? count : 0
}

private let receiveBody: curl_write_callback = { bytes, _, count, context in
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count).assumingMemoryBound(to: UInt8.self)
    return unsafe receiver(of: context).takeBody(buffer) ? count : 0
}

private let openSocket: curl_opensocket_callback = { context, _, address in
    guard let context = unsafe context, let address = unsafe address else { return CURL_SOCKET_BAD }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
        count = unsafe buffer.baseAddress.map { unsafe ccurl_get_address(address, $0) } ?? 0
    }
    let isAllowed = unsafe receiver(of: context).allowsConnection(to: NetworkAddress(bytes: bytes))
    return isAllowed ? unsafe ccurl_open_socket(address) : CURL_SOCKET_BAD
}
