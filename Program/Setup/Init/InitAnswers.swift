import Basics
import JSON
import Terminal

/// What `stauth init` writes.
struct InitAnswers {
    enum ClientSecret {
        case value(String)
        /// The name of an environment variable.
        case variable(String)
    }

    let registration: Registration
    /// Without a "/" at its end.
    let site: String
    var clientID = ""
    var keys: [(name: String, value: String)] = []
    var secret = ClientSecret.value("")
    var cookieSecret = ""

    init(registration: Registration, site: String) {
        self.registration = registration
        self.site = site
    }

    private var isOther: Bool { registration.preset == "other" }

    /// The NAME of [auth.NAME].
    private var section: String { isOther ? "main" : registration.preset }

    private var redirectURI: String { "\(site)/oauth2callback" }

    func toml() throws -> String {
        var lines = [
            "# What these keys mean: docs/configuration.md. This file has secrets: keep it out of version control.",
            "[auth]",
            "redirect_uri = \(Self.quoted(redirectURI))",
            "cookie_secret = \(Self.quoted(cookieSecret))",
            "",
            "[auth.\(section)]",
        ]
        if !isOther { lines.append("provider = \(Self.quoted(registration.preset))") }
        lines.append("client_id = \(Self.quoted(clientID))")
        lines.append("\(registration.preset == "apple" ? "client_private_key" : "client_secret") = \(secretValue)")
        for key in keys { lines.append("\(try Self.bare(key.name)) = \(Self.quoted(key.value))") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var secretValue: String {
        switch secret {
        case .value(let value): Self.quoted(value)
        case .variable(let name): "{ env = \(Self.quoted(name)) }"
        }
    }

    private static func bare(_ name: String) throws -> String {
        guard !name.isEmpty,
            name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F })
        else { throw Refusal("--key \(name): a key has small letters, digits and \"_\"") }
        return name
    }

    /// A basic string of TOML, which JSON's are.
    private static func quoted(_ text: String) -> String {
        var object = JSONObject()
        object["v"] = .string(Text(text))
        let encoded = object.encoded().map { String($0) } ?? "{\"v\":\"\"}"
        return String(encoded.dropFirst(5).dropLast())
    }

    // MARK: - What to do next

    func json(_ file: String) -> String {
        var object = JSONObject()
        object["file"] = .string(Text(file))
        object["provider"] = .string(Text(section))
        object["console"] = .string(Text(registration.console))
        object["redirect_uri"] = .string(Text(redirectURI))
        object["login_path"] = .string("/auth/login")
        return object.encoded().map { String($0) } ?? "{}"
    }

    func instructions(_ file: String) -> String {
        var lines = [
            "Wrote \(file), which only you can read.", "",
            "Register at \(registration.name) (\(registration.console)): \(registration.steps).",
            "  \(registration.redirectField):", "    \(redirectURI)",
        ]
        if let field = registration.logoutField { lines += ["  \(field):", "    \(redirectURI)"] }
        lines += ["From there, the file has \(registration.copies).", "", "Next: stauth check \(file)"]
        return lines.joined(separator: "\n")
    }
}
