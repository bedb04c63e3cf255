import Basics
import Glibc
import OpenIDConnect
import Settings
import Terminal
import Transport

/// Whether redirect_uri leads to the application.
struct SiteCheck {
    private static let subject = "redirect_uri"
    private static let patience: Int64 = 5_000

    let settings: Settings
    let findings: Findings

    func run() {
        guard hasAddress() else { return }
        let uris = settings.providers.map { $0.client.redirectURI }
        for (index, uri) in uris.enumerated() where !uris[..<index].contains(uri) { ask(uri) }
    }

    private func hasAddress() -> Bool {
        let host = String(settings.site.host)
        guard settings.site.address == nil else { return true }
        var list: UnsafeMutablePointer<addrinfo>?
        let error = unsafe getaddrinfo(host, nil, nil, &list)
        if let list = unsafe list { unsafe freeaddrinfo(list) }
        guard error != 0 else { return true }
        findings.add(
            .problem, .redirectURIHostUnknown, about: Self.subject,
            "\(host) has no address: \(unsafe String(cString: gai_strerror(error)))",
            do: "Create a DNS record for \(host), or correct redirect_uri")
        return false
    }

    private func ask(_ uri: AbsoluteURL) {
        let limits = ConnectionSettings(
            certificateAuthorityFile: settings.providers.first?.connection.certificateAuthorityFile,
            connectTimeout: Self.patience, timeout: Self.patience, allowsLoopback: settings.site.isLoopback)
        do throws(Failure) {
            judge(try RecordingTransport().send(HTTPRequest(.get, uri), within: limits), of: uri)
        } catch {
            if error.code == .providerTLSFailed {
                findings.add(.problem, error, about: Self.subject, code: .siteCertificateRefused)
                CertificateCheck(
                    url: uri, limits: limits, subject: Self.subject, findings: findings, isRefused: true
                ).run()
            } else {
                findings.add(
                    .note, error, about: Self.subject, code: .siteNotRunning,
                    do: "Start the application, and the server in front of it, then check again")
            }
        }
    }

    /// The library answers a callback without parameters with 400.
    private func judge(_ response: HTTPResponse, of uri: AbsoluteURL) {
        let (text, status) = (String(uri.text), response.status)
        switch status {
        case 400: findings.add(.ok, .redirectURI, about: Self.subject, "\(text): the application answers")
        case 404, 405:
            findings.add(
                .problem, .callbackNotServed, about: Self.subject, "\(text): answered with \(status)",
                do: "Let the application, or the server in front, pass all of its paths to the library")
        case 300...399:
            let target = response.location.map { String($0.forMessage) } ?? "elsewhere"
            findings.add(
                .warning, .callbackRedirects, about: Self.subject, "\(text): redirects to \(target)",
                do: "Write the address that users see as redirect_uri, and register that at the provider")
        case 500...599:
            findings.add(
                .warning, .siteFailing, about: Self.subject, "\(text): answered with \(status)",
                do: "Look into the logs of the application and of the server in front")
        default:
            findings.add(
                .warning, .callbackAnsweredByOther, about: Self.subject,
                "\(text): answered with \(status), which the library never does",
                do: "Let the application, or the server in front, pass this path to the library")
        }
    }
}
