import Basics
import Cryptography
import JOSE

/// Reads the algorithms accepted for signing ID tokens or UserInfo.
struct ResponseAlgorithmsReader {
    static var idTokenKey: Text { "id_token_signed_response_alg" }
    static var userInfoKey: Text { "userinfo_signed_response_alg" }

    private let section: Section
    private let key: Text
    private let secretLength: Int?

    init(_ section: Section, _ key: Text, secretLength: Int?) {
        self.section = section
        self.key = key
        self.secretLength = secretLength
    }

    /// Nil where the key is absent or was reported.
    func read() -> [SigningAlgorithm]? {
        section.texts(key)?.compactMap { name in
            guard let algorithm = SigningAlgorithm(name: name) else {
                reportUnknown(name)
                return nil
            }
            if !algorithm.isAvailable {
                section.report(key, "\(name) requires OpenSSL 3.5 or later, which this machine does not have")
            }
            // RFC 7518 3.2: the key must be at least as long as the hash.
            if algorithm.isSymmetric, secretLength ?? 0 < algorithm.digest.length {
                section.report(
                    key,
                    "\(name) requires a client_secret of at least \(algorithm.digest.length) bytes; choose another, such as RS256"
                )
            }
            return algorithm
        }
    }

    private func reportUnknown(_ name: Text) {
        let known = SigningAlgorithm.allCases.filter { $0.isAvailable }.map { $0.name }
        let nearest = NearestKey.to(name, among: known).map { "is \($0) meant?" as Text }
        let advice = nearest ?? "choose among \(known.joined(with: ", "))"
        section.report(key, "names an unknown algorithm; \(advice)")
    }
}
