import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// Reads the parts of Apple's client secret: team_id, client_private_key and its id.
struct GeneratedSecretReader {
    static var key: Text { "team_id" }

    private let section: Section
    private let method: ClientAuthenticationMethod?
    private let hasSecret: Bool

    /// `method`: the one in the section or from a preset.
    init(_ section: Section, method: ClientAuthenticationMethod?, hasSecret: Bool) {
        self.section = section
        self.method = method
        self.hasSecret = hasSecret
    }

    func read() -> ClientAssertionSettings {
        var settings = ClientAssertionSettings()
        settings.team = team()
        if hasSecret {
            section.report(
                Self.key, "generates the client secret, so client_secret is redundant; remove one of the two")
        }
        if let method, method != .clientSecretPost {
            section.report(
                "token_endpoint_auth_method", "must be client_secret_post with \(Self.key), or remove it")
        }
        let key = ClientKeyReader(section, for: .signing).read()
        settings.key = key.key
        settings.keyID = key.id
        guard key.isConfigured else {
            section.report(
                Self.key,
                "requires client_private_key, which is missing; name its file, as in { file = \"AuthKey.p8\" }")
            return settings
        }
        if let privateKey = key.key, !SigningAlgorithm.es256.fits(privateKey.kind) {
            section.report(
                ClientKey.Purpose.signing.key,
                "does not support ES256, which \(Self.key) requires; use the key made at Apple")
        } else if key.key != nil, key.id == nil {
            section.report(Self.key, "requires client_private_key_id, which is missing; Apple shows it next to the key")
        }
        return settings
    }

    private func team() -> Text? {
        guard let text = section.text(Self.key) else { return nil }
        let isLetterOrDigit = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
        }
        guard text.count == 10, text.bytes.allSatisfy(isLetterOrDigit) else {
            section.report(Self.key, "must be the id of the team at Apple, 10 letters and digits")
            return nil
        }
        return text
    }
}
