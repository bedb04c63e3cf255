import Basics
import Cryptography
import JOSE
import JSON

/// A private key of the client's.
struct ClientKey {
    enum Purpose {
        case signing, decryption

        var key: Text { self == .signing ? "client_private_key" : "client_decryption_key" }
        fileprivate var idKey: Text { key + "_id" }
        /// "use" of a JWK (RFC 7517 4.2).
        fileprivate var use: Text { self == .signing ? "sig" : "enc" }
        fileprivate var noun: Text { self == .signing ? "signatures" : "encryption" }
        fileprivate var algorithm: Text {
            self == .signing ? "a signature algorithm" : "an encryption of keys, such as RSA-OAEP-256"
        }
    }

    /// Whether there is one, valid or reported.
    let isConfigured: Bool
    fileprivate(set) var key: PrivateKey?
    fileprivate(set) var id: Text?
    /// The algorithm that a JWK states (RFC 7517 4.4).
    fileprivate(set) var algorithm: SigningAlgorithm?
    /// The same for a decryption key.
    fileprivate(set) var keyManagement: KeyManagementAlgorithm?

    fileprivate init(isConfigured: Bool) {
        self.isConfigured = isConfigured
    }
}

/// Reads a private key of the client.
struct ClientKeyReader {
    private let section: Section
    private let purpose: ClientKey.Purpose

    init(_ section: Section, for purpose: ClientKey.Purpose) {
        self.section = section
        self.purpose = purpose
    }

    func read() -> ClientKey {
        var key = ClientKey(isConfigured: section.has(purpose.key))
        guard key.isConfigured else {
            if section.has(purpose.idKey) { section.report(purpose.idKey, "requires \(purpose.key), which is missing") }
            return key
        }
        if let text = section.document(purpose.key) {
            do throws(Failure) {
                try read(text, into: &key)
            } catch {
                section.report(purpose.key, error.message)
            }
        }
        guard let id = section.text(purpose.idKey) else { return key }
        key.id = id
        if id.isEmpty {
            section.report(purpose.idKey, "is empty; write the \"kid\" that the provider knows, or remove it")
        }
        return key
    }

    private func read(_ text: Text, into key: inout ClientKey) throws(Failure) {
        if text.bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            try read(jwk: text, into: &key)
        } else if text.contains(text: "PUBLIC KEY-----"), !text.contains(text: "PRIVATE KEY-----") {
            throw Failure(.configurationInvalid, "is the public key; write the private one, which only the app has")
        } else if !text.contains(text: "-----BEGIN ") {
            throw Failure(
                .configurationInvalid,
                "is neither PEM nor a private JWK as JSON; to name its file, write { file = \"key.pem\" }")
        } else {
            key.key = try PrivateKey.read(pem: Secret(text))
        }
    }

    private func read(jwk text: Text, into key: inout ClientKey) throws(Failure) {
        guard let members = JSONObject(parsing: text.bytes) else {
            throw Failure(.configurationInvalid, "begins with \"{\", but is not the JSON object of a JWK")
        }
        guard members["keys"] == nil else {
            throw Failure(.configurationInvalid, "is a JWK set; write one of its keys alone, the private one")
        }
        guard members["use"] == nil || members["use"] == .string(purpose.use) else {
            throw Failure(
                .configurationInvalid,
                "is a JWK whose \"use\" is not \"\(purpose.use)\"; it is not for \(purpose.noun)")
        }
        if let name = members["alg"] { try readAlgorithm(name.text ?? "", into: &key) }
        key.id = members["kid"]?.text
        key.key = try PrivateKey.read(jwk: members)
    }

    private func readAlgorithm(_ name: Text, into key: inout ClientKey) throws(Failure) {
        switch purpose {
        case .signing: key.algorithm = SigningAlgorithm(name: name)
        case .decryption: key.keyManagement = KeyManagementAlgorithm(name: name).flatMap { $0.isSymmetric ? nil : $0 }
        }
        guard key.algorithm != nil || key.keyManagement != nil else {
            throw Failure(
                .configurationInvalid,
                "is a JWK whose \"alg\" is not the name of \(purpose.algorithm)")
        }
    }
}
