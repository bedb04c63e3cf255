import ArgumentParser
package import Basics
import Glibc

/// What every command has: `--json`.
package struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, for programs.")
    package var json = false

    package init() {}
}

/// Where results go: standard output. Everything else (questions, progress, warnings) goes to standard error.
package enum Output {
    package static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    package static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

    /// Writes everything. Where results cannot be written, the program ends as `cat` would. Notes are lost then: a login has
    /// to come to its end when its terminal is closed.
    package static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else {
                if descriptor == STDOUT_FILENO { exit(1) }
                return
            }
            bytes = bytes.dropFirst(written)
        }
    }
}

extension Failure {
    /// For people: what happened, with the code that docs/errors.md explains.
    package var forPeople: String { "\(String(message)) [\(String(name))]" }
}
