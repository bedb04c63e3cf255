import Basics
import Cryptography
import Environment
import JOSE
import JSON
import OpenIDConnect
import Provider
import Settings
import Terminal
import Transport

/// One provider, asked as a login would.
struct ProviderCheck {
    let settings: Settings
    let provider: ProviderSettings
    let transport: RecordingTransport
    let findings: Findings
    private let log = SharedRedirectLog()

    private var subject: String { String(provider.name) }

    init(settings: Settings, provider: ProviderSettings, transport: RecordingTransport, findings: Findings) {
        self.settings = settings
        self.provider = provider
        self.transport = transport
        self.findings = findings
    }

    func run() {
        do throws(Failure) {
            let environment = Environment(
                clock: SystemClock(), random: SystemRandomSource(), log: log, transport: transport)
            let context = FlowContext(environment, now: try Now(environment.clock))
            let provider = try Provider(provider, among: settings.providers, environment)
            context.secrets.add(provider.client)
            let metadata = try provider.metadata(context)
            inspect(metadata)
            if case .openIDConnect(let url) = provider.settings.kind {
                try checkKeys(of: provider, metadata, context)
                let listed = transport.answer(from: url).flatMap { JSONObject(parsing: $0.body) } ?? JSONObject()
                MetadataCheck(
                    settings: settings, provider: provider, metadata: metadata, listed: listed, findings: findings
                )
                .run()
            }
            reportSharedRedirect()
            let client = ClientCheck(
                settings: settings, provider: provider, metadata: metadata, context: context, environment: environment,
                findings: findings)
            client.checkCredentials()
            if provider.settings.oauth2 == nil { client.checkAuthorization() }
        } catch {
            findings.add(.problem, error, about: subject, do: Self.advice(for: error.code))
            guard error.code == .providerTLSFailed, case .openIDConnect(let url) = provider.kind,
                transport.answer(from: url) == nil
            else { return }
            CertificateCheck(
                url: url, limits: provider.connection, subject: subject, findings: findings, isRefused: true
            ).run()
        }
    }

    private static func advice(for code: ErrorCode) -> String? {
        switch code {
        case .providerUnreachable, .providerTimeout:
            "Open the address from this machine, for example with curl; behind a proxy, set http_proxy"
        case .providerStatus: "Compare server_metadata_url with the provider's documentation"
        case .providerAddressRefused: "Write the provider's own https address"
        default: nil
        }
    }

    /// The certificates of all its servers, and its clock.
    private func inspect(_ metadata: ProviderMetadata) {
        var urls = [metadata.tokenEndpoint]
        if case .openIDConnect(let url) = provider.kind { urls.insert(url, at: 0) }
        urls += [metadata.jwksURI, metadata.userInfoEndpoint].compactMap { $0 }
        for (index, url) in urls.enumerated() where !urls[..<index].contains(where: { $0.origin == url.origin }) {
            guard let root = index == 0 ? url : AbsoluteURL(url.origin + "/") else { continue }
            let date = CertificateCheck(
                url: root, limits: provider.connection, subject: subject, findings: findings, isRefused: false
            ).run()
            if index == 0 { ClockCheck(subject: subject, findings: findings).run(date) }
        }
    }

    private func checkKeys(
        of provider: Provider, _ metadata: ProviderMetadata, _ context: FlowContext
    ) throws(Failure) {
        guard provider.client.needsKeys else { return }
        let algorithms = provider.client.allowedAlgorithms ?? metadata.signingAlgorithms
        var (usable, refusals): (Bool, [Text]) = (false, [])
        try provider.withKeys(metadata, context) { (keys) throws(Failure) in
            usable = keys.keys.contains { key in algorithms.contains { $0.fits(key.key.kind) } }
            refusals = keys.refusals
        }
        if algorithms.contains(where: { $0.isSymmetric }) || usable {
            return findings.add(
                .ok, .provider, about: subject, "metadata and keys of \(String(metadata.issuer)) are usable")
        }
        let reasons = refusals.isEmpty ? "" : " (\(String(refusals.joined(with: "; "))))"
        let names = String(algorithms.map { $0.name }.joined(with: ", "))
        findings.add(
            .problem, .keysUnusable, about: subject,
            "none of the provider's keys can verify an ID token with \(names.isEmpty ? "any algorithm" : names)\(reasons)",
            do: "Compare id_token_signed_response_alg with what the client is registered with")
    }

    private func reportSharedRedirect() {
        guard log.hasShared else { return }
        findings.add(
            .warning, .redirectURIShared, about: subject,
            "its responses cannot be distinguished from those of the other providers",
            do: "Write {provider} into redirect_uri, and register each provider's own address")
    }
}

/// Whether the library has reported that providers share a redirect_uri. One thread uses it.
private final class SharedRedirectLog: EventLog, @unchecked Sendable {
    private(set) var hasShared = false

    func write(_ level: EventLevel, _ line: Text) {
        if line.hasPrefix("event=redirect_uri_shared ") { hasShared = true }
    }
}
