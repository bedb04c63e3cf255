import Basics
import Cryptography
import JOSE
import JSON

/// Reads a private key of the client's.
struct ClientKeyReader {
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

    private let purpose: Purpose

    /// Whether there is one, be it good or reported.
    let isConfigured: Bool
    private(set) var key: PrivateKey?
    private(set) var id: Text?
    /// What a JWK says that it is for (RFC 7517 4.4).
    private(set) var algorithm: SigningAlgorithm?
    /// The same of a key for decryption.
    private(set) var keyManagement: KeyManagementAlgorithm?

    init(_ section: Section, for purpose: Purpose) {
        self.purpose = purpose
        isConfigured = section.has(purpose.key)
        guard isConfigured else {
            if section.has(purpose.idKey) { section.report(purpose.idKey, "needs \(purpose.key), which is missing") }
            return
        }
        if let text = section.document(purpose.key) {
            do throws(Failure) {
                try read(text)
            } catch {
                section.report(purpose.key, error.message)
            }
        }
        guard let written = section.text(purpose.idKey) else { return }
        id = written
        if written.isEmpty {
            section.report(purpose.idKey, "is empty; write the \"kid\" that the provider knows, or remove it")
        }
    }

    private mutating func read(_ text: Text) throws(Failure) {
        if text.bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            try read(jwk: text)
        } else if text.contains(text: "PUBLIC KEY-----"), !text.contains(text: "PRIVATE KEY-----") {
            throw Failure(.configurationInvalid, "is the public key; write the private one, which only the app has")
        } else if !text.contains(text: "-----BEGIN ") {
            throw Failure(
                .configurationInvalid,
                "is neither PEM nor a private JWK as JSON; to name its file, write { file = \"key.pem\" }")
        } else {
            key = try PrivateKey.read(pem: Secret(text))
        }
    }

    private mutating func read(jwk text: Text) throws(Failure) {
        guard let members = JSONObject(parsing: text.bytes) else {
            throw Failure(.configurationInvalid, "begins with \"{\", and is not the JSON object of a JWK")
        }
        guard members["keys"] == nil else {
            throw Failure(.configurationInvalid, "is a JWK set; write one of its keys alone, the private one")
        }
        guard members["use"] == nil || members["use"] == .string(purpose.use) else {
            throw Failure(
                .configurationInvalid,
                "is a JWK whose \"use\" is not \"\(purpose.use)\"; it is not for \(purpose.noun)")
        }
        if let name = members["alg"] { try readAlgorithm(name.text ?? "") }
        id = members["kid"]?.text
        key = try PrivateKey.read(jwk: members)
    }

    private mutating func readAlgorithm(_ name: Text) throws(Failure) {
        switch purpose {
        case .signing: algorithm = SigningAlgorithm(name: name)
        case .decryption: keyManagement = KeyManagementAlgorithm(name: name).flatMap { $0.isSymmetric ? nil : $0 }
        }
        guard algorithm != nil || keyManagement != nil else {
            throw Failure(
                .configurationInvalid,
                "is a JWK whose \"alg\" is not the name of \(purpose.algorithm)")
        }
    }
}
