import ArgumentParser
import Basics
import Cryptography
import Terminal

/// `stauth secret`: a value for `cookie_secret`.
struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Print a new secret for cookie_secret.",
        discussion: "32 bytes of the kernel's random generator, in base64url.")

    func run() throws {
        Output.line(String(try Base64URL.encode(SystemRandomSource().bytes(32))))
    }
}
