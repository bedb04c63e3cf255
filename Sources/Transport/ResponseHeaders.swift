package import Basics

extension HTTPResponse {
    /// The names of the header fields in use, in lower case.
    package static var fieldNames: [Text] {
        ["content-type", "cache-control", "dpop-nonce", "www-authenticate", "location"]
    }

    /// `values`: those of the field of this name. A list may be split (RFC 9110 5.3). A type or a nonce may not: two
    /// contradict each other.
    package init(status: Int32, body: [UInt8], values: (Text) -> [Text]) {
        let types = values("content-type")
        let nonces = values("dpop-nonce")
        let cacheControl = values("cache-control").joined(with: ", ")
        self.init(
            status: status, contentType: types.count == 1 ? types.first : nil,
            cacheControl: cacheControl.isEmpty ? nil : cacheControl,
            dpopNonce: nonces.count == 1 ? nonces.first : nil, challenges: values("www-authenticate"),
            location: values("location").first, body: body)
    }
}
