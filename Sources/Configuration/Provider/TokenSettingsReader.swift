import Basics
import Cryptography
import JOSE
import OpenIDConnect

/// Reads the form of tokens and UserInfo.
struct TokenSettingsReader {
    private static var bearerKey: Text { "userinfo_bearer_method" }

    private let section: Section
    private let secretLength: Int?
    private let fetchesUserInfo: Bool
    private let signingKey: PrivateKey?

    /// `signingKey`: client_private_key, if there is one.
    init(_ section: Section, secretLength: Int?, fetchesUserInfo: Bool, signingKey: PrivateKey?) {
        self.section = section
        self.secretLength = secretLength
        self.fetchesUserInfo = fetchesUserInfo
        self.signingKey = signingKey
    }

    func read() -> TokenSettings {
        var settings = TokenSettings()
        let key = ClientKeyReader(section, for: .decryption).read()
        settings.decryptionKey = key.key.map { DecryptionKey(.pair($0), keyID: key.id) }
        settings.idTokenEncryption = encryption("id_token", key)
        settings.userInfoEncryption = encryption("userinfo", key)
        settings.userInfoAlgorithms = ResponseAlgorithmsReader(
            section, ResponseAlgorithmsReader.userInfoKey, secretLength: secretLength
        ).read()
        settings.bindsAccessTokens = section.boolean("dpop_bound_access_tokens") ?? false
        settings.sendsAccessTokenInBody = sendsAccessTokenInBody(settings)
        reportUnused(key, settings)
        if let signingKey, let decryptionKey = key.key,
            decryptionKey.publicKey.members == signingKey.publicKey.members
        {
            // A key has one purpose (NIST SP 800-57 part 1, 5.2): using it for one must not weaken the other.
            section.report(
                ClientKey.Purpose.decryption.key,
                "is the same key as client_private_key; make a second key, and register it for encryption")
        }
        return settings
    }

    /// bearer_methods_supported of RFC 9728 2 has these names.
    private func sendsAccessTokenInBody(_ settings: TokenSettings) -> Bool {
        switch section.text(Self.bearerKey) {
        case nil, "header": return false
        case "body": break
        default: section.report(Self.bearerKey, "must be header or body")
        }
        if settings.bindsAccessTokens {
            section.report(Self.bearerKey, "must be header with dpop_bound_access_tokens; remove one of the two")
        }
        return true
    }

    /// OIDC Registration 2: "enc" is A128CBC-HS256 unless it is given, and never without "alg".
    private func encryption(_ what: Text, _ key: ClientKey) -> TokenEncryption? {
        let algorithmKey: Text = "\(what)_encrypted_response_alg"
        let encryptionKey: Text = "\(what)_encrypted_response_enc"
        guard section.has(algorithmKey) else {
            if section.has(encryptionKey) {
                section.report(encryptionKey, "requires \(algorithmKey), which is missing")
            }
            return nil
        }
        guard let algorithm = algorithm(algorithmKey) else { return nil }
        check(algorithm, algorithmKey, key)
        guard let name = section.text(encryptionKey) else {
            return TokenEncryption(algorithm: algorithm, encryption: .a128CBCHS256)
        }
        guard let encryption = ContentEncryption(name: name) else {
            let known = ContentEncryption.allCases.map { $0.name }.joined(with: ", ")
            section.report(encryptionKey, "names an unknown encryption; choose among \(known)")
            return nil
        }
        return TokenEncryption(algorithm: algorithm, encryption: encryption)
    }

    private func algorithm(_ key: Text) -> KeyManagementAlgorithm? {
        guard let name = section.text(key) else { return nil }
        guard let algorithm = KeyManagementAlgorithm(name: name) else {
            let known = KeyManagementAlgorithm.allCases.map { $0.name }.joined(with: ", ")
            section.report(key, "names an algorithm that is unknown or unsafe; choose among \(known)")
            return nil
        }
        return algorithm
    }

    private func check(_ algorithm: KeyManagementAlgorithm, _ algorithmKey: Text, _ key: ClientKey) {
        if algorithm.isSymmetric {
            if secretLength == nil {
                section.report(
                    algorithmKey, "\(algorithm.name) requires client_secret, which is missing, empty or invalid")
            }
        } else if !key.isConfigured {
            section.report(algorithmKey, "\(algorithm.name) requires client_decryption_key, which is missing")
        } else if let kind = key.key?.kind, !algorithm.fits(kind) {
            section.report(
                algorithmKey,
                "\(algorithm.name) does not fit this client_decryption_key; RSA-OAEP requires RSA, ECDH-ES EC on P-256, "
                    + "P-384 or P-521")
        } else if let named = key.keyManagement, named != algorithm {
            section.report(
                algorithmKey,
                "is \(algorithm.name), but the JWK's \"alg\" is \(named.name); write the registered one")
        }
    }

    /// Reports keys that would have no effect.
    private func reportUnused(_ key: ClientKey, _ settings: TokenSettings) {
        let encryptions = [settings.idTokenEncryption, settings.userInfoEncryption].compactMap { $0 }
        let isUsed = encryptions.contains { !$0.algorithm.isSymmetric }
        let isReported =
            section.has("id_token_encrypted_response_alg") || section.has("userinfo_encrypted_response_alg")
        if key.isConfigured, !isUsed, !isReported || !encryptions.isEmpty {
            section.report(
                ClientKey.Purpose.decryption.key,
                "is for id_token_encrypted_response_alg and userinfo_encrypted_response_alg with RSA or EC; write one of "
                    + "them, or remove the key")
        }
        guard !fetchesUserInfo else { return }
        let keys: [Text] = [ResponseAlgorithmsReader.userInfoKey, "userinfo_encrypted_response_alg", Self.bearerKey]
        for key in keys where section.has(key) {
            section.report(key, "is for UserInfo, which is not enabled; set userinfo = true, or remove the key")
        }
    }
}
