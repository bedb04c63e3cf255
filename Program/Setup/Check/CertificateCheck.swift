import Basics
import Glibc
import Terminal
import Transport

/// What is wrong with a server's certificates, or will be soon.
struct CertificateCheck {
    private static let day = 86_400
    private static let soon = 14

    let url: AbsoluteURL
    let limits: ConnectionSettings
    let subject: String
    let findings: Findings
    /// Whether libcurl has refused the certificate. It alone decides; this check explains.
    let isRefused: Bool

    /// Gives the server's clock, if it shows one.
    @discardableResult
    func run() -> String? {
        let inspection: ServerInspection
        do throws(Failure) {
            inspection = try ServerInspection(of: url, userAgent: RecordingTransport.userAgent, within: limits)
        } catch {
            // Whether a login needs this server, the other checks find out.
            if !isRefused { findings.add(.note, error, about: subject) }
            return nil
        }
        let host = String(url.host)
        let chain = inspection.certificates.compactMap { Certificate(pem: String($0), host: host) }
        if let own = chain.first { judge(own, chain, host) }
        return inspection.date.map { String($0) }
    }

    /// What is wrong with a certificate that is accepted may be refused elsewhere.
    private var level: Finding.Level { isRefused ? .problem : .warning }

    private func judge(_ own: Certificate, _ chain: [Certificate], _ host: String) {
        let now = time(nil)
        judgeTime(of: own, at: now, host)
        if !own.namesHost {
            findings.add(
                level, .certificateNameMismatch, about: subject, "the certificate of \(host) is for other names",
                do: "Use the name that the certificate has, or have one issued for \(host)")
        }
        // A server may send more than anybody needs.
        guard isRefused else { return }
        for certificate in chain.dropFirst() { judgeTime(of: certificate, at: now, host) }
        if own.isSelfIssued {
            findings.add(
                .problem, .certificateSelfSigned, about: subject, "the certificate of \(host) is signed by itself",
                do: "Name it in ca_file")
        } else if chain.count == 1 {
            findings.add(
                .problem, .certificateChainShort, about: subject,
                "\(host) sends no certificate of the authority that issued its own, \(own.issuer)",
                do: "Let the server send the whole chain (fullchain.pem), unless that authority's is a root")
        }
    }

    private func judgeTime(of certificate: Certificate, at now: Int, _ host: String) {
        let days = (certificate.end - now) / Self.day
        if certificate.end <= now {
            findings.add(
                level, .certificateExpired, about: subject,
                "a certificate of \(host) (\(certificate.subject)) has expired \(-days) days ago",
                do: "Renew it, and restart the server that presents it")
        } else if certificate.begin > now {
            findings.add(
                level, .certificateNotYetValid, about: subject,
                "a certificate of \(host) (\(certificate.subject)) is not valid yet",
                do: "Compare this machine's clock with the time")
        } else if days < Self.soon {
            findings.add(
                .warning, .certificateExpiresSoon, about: subject,
                "a certificate of \(host) (\(certificate.subject)) expires in \(days) days",
                do: "Renew it, and find out why that is not done automatically")
        }
    }
}
