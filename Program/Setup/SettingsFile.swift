import Basics
import Configuration
import Glibc
import Settings
import Terminal

/// The file that a command reads its settings from.
struct SettingsFile {
    static let places = [".streamlit/secrets.toml", "secrets.toml"]

    let path: String

    /// `given`: nil for the first of the usual places that is there.
    init(named given: String?) {
        let found = Self.places.first { unsafe access($0, F_OK) == 0 }
        path = given ?? found ?? Self.places[0]
    }

    func settings() throws(Failure) -> Settings {
        let configuration = Configuration()
        try configuration.load(file: Text(path))
        return try configuration.settings()
    }

    /// The settings; nil if a finding says why there are none.
    func check(_ findings: Findings) -> Settings? {
        guard unsafe access(path, F_OK) == 0 else {
            findings.add(
                .problem, .fileMissing, about: "settings", "\(path): no such file",
                do: "Create one with stauth init, or name the file: stauth check FILE")
            return nil
        }
        checkMode(findings)
        do throws(Failure) {
            let settings = try settings()
            let names = settings.providers.map { String($0.name) }.joined(separator: ", ")
            findings.add(.ok, .settings, about: "settings", "\(path): complete, with \(names)")
            return settings
        } catch {
            for line in String(error.message).split(separator: "\n") {
                let (message, advice) = Findings.split(String(line))
                findings.add(
                    .problem, .configurationInvalid, about: "settings", message,
                    do: advice ?? "docs/configuration.md describes each key")
            }
            return nil
        }
    }

    /// Other users of this machine could sign in as anybody.
    private func checkMode(_ findings: Findings) {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & 0o007 != 0 else { return }
        findings.add(
            .warning, .fileReadableByOthers, about: "settings", "\(path): every user of this machine can read it",
            do: "chmod 600 \(path), or 640 with the group of the server")
    }
}
