import Glibc
import Terminal

/// A line that the terminal does not show while it is typed.
enum HiddenInput {
    private static let longest = 65_536
    /// What Ctrl-C and Ctrl-\\ type.
    private static let (interrupt, quit): (UInt8, UInt8) = (0x03, 0x1C)

    static func readLine(_ question: String) throws -> String {
        var shown = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &shown) == 0 else { throw Refusal("standard input is no terminal") }
        var hidden = shown
        // Without signals, none ends the program before the terminal shows again what is typed.
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        unsafe withUnsafeMutableBytes(of: &hidden.c_cc) { characters in
            unsafe characters[Int(VEOL)] = interrupt
            unsafe characters[Int(VEOL2)] = quit
        }
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else {
            throw Refusal("the terminal cannot hide what is typed: use --client-secret-file")
        }
        defer {
            unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
            Output.note("")
        }
        Output.write(question, to: STDERR_FILENO)
        return try line()
    }

    private static func line() throws -> String {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < longest {
            let count = unsafe read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            guard byte >= 0x20 || byte == 0x09 else { throw Refusal("given up: nothing was written") }
            bytes.append(byte)
        }
        guard !bytes.isEmpty, let line = String(validating: bytes, as: UTF8.self) else {
            throw Refusal("no client secret: nothing was written")
        }
        return line
    }
}
