package import Basics

extension HTTPResponse {
    /// The names of the header fields in use, in lower case.
    package static var fieldNames: [Text] {
        ["content-type", "cache-control", "dpop-nonce", "www-authenticate", "location"]
    }

    /// `headers`: at least the fields of these names. A list may be split (RFC 9110 5.3). A type or a nonce may not: two
    /// contradict each other.
    package init(status: Int32, headers: [HTTPHeader], body: [UInt8]) {
        let values = { (name: Text) in headers.filter { $0.name.lowercasedASCII() == name }.map { $0.value } }
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
