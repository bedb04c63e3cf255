import Basics
import JSON
import Terminal

/// How findings are printed.
struct CheckReport {
    let file: String
    let findings: Findings

    func print(asJSON: Bool) {
        Output.line(asJSON ? json : text)
    }

    private var json: String {
        var report = JSONObject()
        report["file"] = .string(Text(file))
        report["works"] = .bool(findings.worst < .problem)
        report["findings"] = .array(
            findings.all.map { finding in
                var object = JSONObject()
                object["level"] = .string(Text(finding.level.rawValue))
                object["code"] = .string(Text(finding.code))
                object["about"] = .string(Text(finding.subject))
                object["message"] = .string(Text(finding.message))
                if let advice = finding.advice { object["advice"] = .string(Text(advice)) }
                return .object(object)
            })
        return report.encoded().map { String($0) } ?? "{}"
    }

    private var text: String {
        var lines: [String] = []
        var subject: String?
        for finding in findings.all {
            if finding.subject != subject { lines.append(Style.bold.applied(to: finding.subject)) }
            subject = finding.subject
            let label = finding.level.rawValue.padded(to: 8)
            let code = finding.level == .ok ? "" : " " + Style.faint.applied(to: "[\(finding.code)]")
            lines.append("  \(finding.level.style.applied(to: label)) \(finding.message)\(code)")
            if let advice = finding.advice { lines.append("           → \(advice)") }
        }
        return (lines + ["", summary]).joined(separator: "\n")
    }

    private var summary: String {
        let count = { (level: Finding.Level) in findings.all.count { $0.level == level } }
        let parts = [Finding.Level.problem, .warning, .note].filter { count($0) > 0 }.map { level in
            "\(count(level)) \(level.rawValue)\(count(level) == 1 ? "" : "s")"
        }
        let verdict = findings.worst == .problem ? "Logins cannot work" : "Logins can work"
        return "\(file): \(verdict)" + (parts.isEmpty ? "." : ": \(parts.joined(separator: ", ")).")
    }
}

extension Finding.Level {
    fileprivate var style: Style {
        switch self {
        case .ok: .good
        case .note: .faint
        case .warning: .warning
        case .problem: .bad
        }
    }
}

extension String {
    func padded(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}
