import Basics
import Cryptography
import JOSE
import JSON

/// Reads the private key that the client signs with.
struct ClientKeyReader {
    static let key: Text = "client_private_key"
    private static let idKey: Text = "client_private_key_id"

    /// Whether there is one, be it good or reported.
    let isConfigured: Bool
    private(set) var key: PrivateKey?
    private(set) var id: Text?
    /// What a JWK says that it is for (RFC 7517 4.4).
    private(set) var algorithm: SigningAlgorithm?

    init(_ section: Section) {
        isConfigured = section.has(Self.key)
        guard isConfigured else {
            if section.has(Self.idKey) { section.report(Self.idKey, "needs client_private_key, which is missing") }
            return
        }
        if let text = section.document(Self.key) {
            do throws(Failure) {
                try read(text)
            } catch {
                section.report(Self.key, error.message)
            }
        }
        guard let written = section.text(Self.idKey) else { return }
        id = written
        if written.isEmpty {
            section.report(Self.idKey, "is empty; write the \"kid\" that the provider knows, or remove it")
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
        guard members["use"] == nil || members["use"] == .string("sig") else {
            throw Failure(.configurationInvalid, "is a JWK whose \"use\" is not \"sig\"; it is not for signatures")
        }
        if let name = members["alg"] {
            algorithm = name.text.flatMap { SigningAlgorithm(name: $0) }
            guard algorithm != nil else {
                throw Failure(.configurationInvalid, "is a JWK whose \"alg\" is not the name of a signature algorithm")
            }
        }
        id = members["kid"]?.text
        key = try PrivateKey.read(jwk: members)
    }
}
