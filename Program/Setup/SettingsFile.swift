import Basics
import Configuration
import Glibc
import Settings
import TOML
import Terminal

/// The file that a command reads its settings from.
package struct SettingsFile {
    static let places = [".streamlit/secrets.toml", "secrets.toml"]

    package let path: String

    /// `given`: nil for the first of the usual places that is there.
    package init(named given: String?) {
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
        checkModes(findings)
        do throws(Failure) {
            let settings = try settings()
            let names = settings.providers.map { String($0.name) }.joined(separator: ", ")
            findings.add(.ok, .settings, about: "settings", "\(path): complete, with \(names)")
            return settings
        } catch {
            for line in String(error.message).split(whereSeparator: \.isNewline) {
                let (message, advice) = Findings.split(String(line))
                findings.add(
                    .problem, .configurationInvalid, about: "settings", message,
                    do: advice ?? "docs/configuration.md describes each key")
            }
            return nil
        }
    }

    /// Other users of this machine could sign in as anybody.
    private func checkModes(_ findings: Findings) {
        for path in [path] + referencedFiles {
            var status = stat()
            guard unsafe stat(path, &status) == 0 else { continue }
            if status.st_mode & 0o022 != 0 {
                findings.add(
                    .warning, .fileWritableByOthers, about: "settings",
                    "\(path): other users of this machine can change it",
                    do: "chmod 600 \(path), or 640 with the group of the server")
            }
            if status.st_mode & 0o004 != 0 {
                findings.add(
                    .warning, .fileReadableByOthers, about: "settings",
                    "\(path): every user of this machine can read it",
                    do: "chmod 600 \(path), or 640 with the group of the server")
            }
        }
    }

    /// The files that { file = "…" } names, each once.
    private var referencedFiles: [String] {
        guard let text = try? PrivateFile.read(path),
            let document = try? TOMLTable(parsing: Array(text.utf8), source: Text(path)),
            case .table(let auth)? = document["auth"]?.value
        else { return [] }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var files: [String] = []
        for name in Self.fileNames(in: auth) {
            let file = name.hasPrefix("/") ? name : folder + name
            if !files.contains(file) { files.append(file) }
        }
        return files
    }

    private static func fileNames(in table: TOMLTable) -> [String] {
        table.entries.flatMap { entry in fileNames(in: entry.value) }
    }

    private static func fileNames(in value: TOMLValue) -> [String] {
        switch value {
        case .table(let table):
            if table.entries.count == 1, case .text(let name)? = table["file"]?.value { return [String(name)] }
            return fileNames(in: table)
        case .array(let values): return values.flatMap { fileNames(in: $0) }
        default: return []
        }
    }
}
