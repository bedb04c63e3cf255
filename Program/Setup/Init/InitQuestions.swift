import Basics
import Cryptography
import Glibc
import Terminal

/// Asks for what the options of `stauth init` leave open.
struct InitQuestions {
    let command: InitCommand

    private var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    func ask() throws -> InitAnswers {
        let names = Registration.all.map(\.preset)
        let preset = try value(
            command.provider, "Provider (\(names.joined(separator: ", ")))", option: "--provider",
            accepts: names.contains)
        guard let registration = Registration.of(preset) else { throw Refusal("unknown provider \(preset)") }
        let address = try value(
            command.url, "Address of the application, such as https://app.example.com", option: "--url",
            accepts: { Self.site($0) != nil })
        guard let site = Self.site(address) else {
            throw Refusal("--url \(address): write https:// and a host name; http:// only for localhost")
        }
        var answers = InitAnswers(registration: registration, site: site)
        answers.clientID = try value(command.clientId, "Client ID", option: "--client-id", accepts: { !$0.isEmpty })
        answers.keys = try registration.keys.map { ($0.name, try value(of: $0)) }
        let known = registration.keys.map(\.name)
        answers.keys += try command.key.map(Self.parts).filter { !known.contains($0.name) }.map { ($0.name, $0.value) }
        answers.secret = try secret(registration)
        answers.cookieSecret = String(Base64URL.encode(try SystemRandomSource().bytes(32)))
        return answers
    }

    private func value(of key: Registration.Key) throws -> String {
        if let given = try given(key.name) { return given }
        if let standard = key.standard, !isInteractive { return standard }
        let question = key.question + (key.standard.map { " [\($0)]" } ?? ", such as \(key.example)")
        let text = try value(
            nil, question, option: "--key \(key.name)=…", accepts: { key.standard != nil || !$0.isEmpty })
        return text.isEmpty ? key.standard ?? "" : text
    }

    private static func parts(_ pair: String) throws -> (name: String, value: String) {
        guard let place = pair.firstIndex(of: "=") else { throw Refusal("--key \(pair): write NAME=VALUE") }
        return (String(pair[..<place]), String(pair[pair.index(after: place)...]))
    }

    private func given(_ name: String) throws -> String? {
        try command.key.map(Self.parts).first { $0.name == name }?.value
    }

    private static func site(_ text: String) -> String? {
        let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = AbsoluteURL(Text(bare)), url.query == nil, url.isSecure || url.isLoopback else { return nil }
        return bare
    }

    // MARK: - The client secret

    private func secret(_ registration: Registration) throws -> InitAnswers.ClientSecret {
        if let variable = command.clientSecretEnv { return .variable(variable) }
        if let file = command.clientSecretFile {
            return .value(file == "-" ? try Self.readSecret() : try PrivateFile.read(file))
        }
        guard isInteractive else {
            throw Refusal(
                "the client secret is missing: name its file with --client-secret-file (- for standard input), or the "
                    + "variable with --client-secret-env")
        }
        if registration.preset == "apple" {
            return .value(
                try PrivateFile.read(try value(nil, "File of the key (.p8)", option: "", accepts: { !$0.isEmpty })))
        }
        return .value(try HiddenInput.readLine("Client secret (not shown): "))
    }

    private static func readSecret() throws -> String {
        var text = ""
        while let line = readLine(strippingNewline: false) { text += line }
        let trimmed = text.withoutLineBreak
        guard !trimmed.isEmpty else { throw Refusal("standard input has no client secret") }
        return trimmed
    }

    // MARK: - Questions

    private func value(
        _ given: String?, _ question: String, option: String, accepts: (String) -> Bool
    ) throws -> String {
        if let given { return given }
        guard isInteractive else { throw Refusal("\(option) is missing, and nobody is there to ask") }
        while true {
            Output.write("\(question): ", to: STDERR_FILENO)
            guard let line = readLine() else { throw Refusal("no answer: nothing was written") }
            if accepts(line) { return line }
            Output.note("That is not possible here.")
        }
    }
}
