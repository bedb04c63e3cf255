import Basics
import Configuration
import Settings
import Testing

/// Values that must never turn up in a message.
enum Sample {
    static let cookieSecret = "5f2d9c81b04e7a36d8c1f0927be45a6318c7d2e09fab4b6d"
    static let clientSecret = "GOCSPX-s3cr3t_0f-the_app~which.nobody+may!see"
    static let metadataURL = "https://id.example.com/.well-known/openid-configuration"

    /// The keys of [auth] that every application needs; line 1 is the section's name.
    static let shared = """
        [auth]
        redirect_uri = "https://app.example.com/oauth2callback"
        cookie_secret = "\(cookieSecret)"

        """

    static let provider = """
        client_id = "client"
        client_secret = "\(clientSecret)"
        server_metadata_url = "\(metadataURL)"

        """

    /// Seven lines, with the default provider; what is added belongs to it.
    static let complete = shared + provider
}

extension Text {
    var string: String { String(decoding: bytes, as: UTF8.self) }

    init(_ string: String) { self.init(wellFormed: string.utf8) }
}

func configuration(_ toml: String) throws -> Configuration {
    let configuration = Configuration()
    try configuration.load(toml: Array(toml.utf8), named: "s.toml")
    return configuration
}

func settings(_ toml: String) throws -> Settings {
    try configuration(toml).settings()
}

/// The settings of the one provider.
func provider(_ toml: String) throws -> ProviderSettings {
    let providers = try settings(toml).providers
    #expect(providers.count == 1)
    return try #require(providers.first)
}

/// The lines of the refusal; none if the settings are accepted. No line ever shows a secret.
func problems(_ configuration: Configuration) throws -> [String] {
    do {
        _ = try configuration.settings()
        return []
    } catch {
        return lines(of: error)
    }
}

func problems(_ toml: String) throws -> [String] {
    do {
        return try problems(configuration(toml))
    } catch let failure as Failure {
        return lines(of: failure)
    }
}

func lines(of failure: Failure) -> [String] {
    #expect(failure.code == .configurationInvalid)
    let message = failure.message.string
    #expect(!message.contains(Sample.cookieSecret) && !message.contains(Sample.clientSecret))
    return message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

extension Settings {
    func provider(named name: Text) -> ProviderSettings? { providers.first { $0.name == name } }
}

/// A document and the lines that refuse it.
struct Refusal: CustomTestStringConvertible, Sendable {
    let document: String
    let lines: [String]

    init(_ document: String, _ lines: String...) {
        (self.document, self.lines) = (document, lines)
    }

    var testDescription: String { document }
}
