import Basics
import Cryptography
import Transport

/// Reads the certificate that the client presents (RFC 8705), and its key.
struct ClientCertificateReader {
    static var key: Text { "client_certificate" }
    private static var keyKey: Text { "client_certificate_key" }

    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// Nil where there is none, or a problem was reported.
    func read() -> ClientCertificate? {
        let (key, keyKey) = (Self.key, Self.keyKey)
        for (one, other) in [(key, keyKey), (keyKey, key)] where section.has(one) && !section.has(other) {
            section.report(one, "requires \(other), which is missing; write both")
        }
        guard let chain = section.document(key), let keyText = section.document(keyKey) else { return nil }
        guard keyText.contains(text: "-----BEGIN ") else {
            section.report(
                keyKey, "is not a private key in PEM; to name its file, write { file = \"key.pem\" }")
            return nil
        }
        let privateKey: PrivateKey
        do throws(Failure) {
            privateKey = try PrivateKey.read(pem: Secret(keyText))
        } catch {
            section.report(keyKey, error.message)
            return nil
        }
        switch privateKey.judge(certificate: chain) {
        case .belongs: return ClientCertificate(chain: chain, key: keyText)
        case .unreadable:
            section.report(
                key,
                "contains no PEM certificates (-----BEGIN CERTIFICATE-----); to name their file, write "
                    + "{ file = \"client.pem\" }")
        case .belongsToAnotherKey:
            section.report(key, "does not match client_certificate_key; the client's own certificate must come first")
        }
        return nil
    }
}
