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

    /// Gives the server's clock, if it shows one.
    @discardableResult
    func run() -> String? {
        let inspection: ServerInspection
        do throws(Failure) {
            inspection = try ServerInspection(of: url, userAgent: RecordingTransport.userAgent, within: limits)
        } catch {
            findings.add(.problem, error, about: subject)
            return nil
        }
        let host = String(url.host)
        let chain = inspection.certificates.compactMap { Certificate(pem: String($0), host: host) }
        if let own = chain.first { judge(own, chain, host) }
        return inspection.date.map { String($0) }
    }

    private func judge(_ own: Certificate, _ chain: [Certificate], _ host: String) {
        let now = time(nil)
        for certificate in chain { judgeTime(of: certificate, at: now, host) }
        if !own.namesHost {
            findings.add(
                .problem, .certificateNameMismatch, about: subject, "the certificate of \(host) is for other names",
                do: "Use the name that the certificate has, or have one issued for \(host)")
        }
        if own.isSelfIssued {
            note(.certificateSelfSigned, "the certificate of \(host) is signed by itself", "name it in ca_file")
        } else if chain.count == 1 {
            note(
                .certificateChainShort,
                "\(host) sends no certificate of the authority that issued its own, "
                    + own.issuer,
                "let the server send the whole chain (fullchain.pem), unless that authority's is a root")
        }
    }

    /// Only if libcurl refuses the server does it matter.
    private func note(_ code: FindingCode, _ message: String, _ advice: String) {
        guard isRefused else { return }
        findings.add(.problem, code, about: subject, message, do: advice.prefix(1).uppercased() + advice.dropFirst())
    }

    private var isRefused: Bool {
        findings.all.contains {
            $0.subject == subject
                && ["provider_tls_failed", FindingCode.siteCertificateRefused.rawValue].contains($0.code)
        }
    }

    private func judgeTime(of certificate: Certificate, at now: Int, _ host: String) {
        let days = (certificate.end - now) / Self.day
        if certificate.end <= now {
            findings.add(
                .problem, .certificateExpired, about: subject,
                "a certificate of \(host) (\(certificate.subject)) has expired \(-days) days ago",
                do: "Renew it, and restart the server that presents it")
        } else if certificate.begin > now {
            findings.add(
                .problem, .certificateNotYetValid, about: subject,
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
