import Glibc

/// A QR code in the terminal, made by libqrencode if that is installed.
struct QRCode {
    /// Modules of light around it, which a camera needs.
    private static let margin = 2

    private let width: Int
    private let dark: [Bool]

    init(width: Int, dark: [Bool]) {
        (self.width, self.dark) = (width, dark)
    }

    /// Nil without the library, or if the text is too long.
    init?(_ text: String) {
        typealias Encode = @convention(c) (UnsafePointer<CChar>, Int32, Int32) -> UnsafeMutableRawPointer?
        typealias Free = @convention(c) (UnsafeMutableRawPointer?) -> Void
        guard let library = unsafe dlopen("libqrencode.so.4", RTLD_NOW),
            let encode = unsafe dlsym(library, "QRcode_encodeString8bit"),
            let free = unsafe dlsym(library, "QRcode_free"),
            // Any version, and the lowest level of redundancy: a screen has no stains.
            let made = unsafe unsafeBitCast(encode, to: Encode.self)(text, 0, 0)
        else { return nil }
        defer { unsafe unsafeBitCast(free, to: Free.self)(made) }
        let code = unsafe made.load(as: Made.self)
        let width = Int(unsafe code.width)
        guard (21...177).contains(width), let data = unsafe code.data else { return nil }
        self.init(
            width: width,
            dark: unsafe UnsafeBufferPointer(start: data, count: width * width).map { $0 & 1 == 1 })
    }

    /// What qrencode.h declares.
    @unsafe private struct Made {
        let version: Int32
        let width: Int32
        let data: UnsafeMutablePointer<UInt8>?
    }

    /// Two rows of modules in each line. `colored`: black on white, whatever the terminal has; otherwise the light modules
    /// are what the terminal writes with.
    func text(colored: Bool) -> String {
        let range = -Self.margin..<(width + Self.margin)
        let lines = stride(from: range.lowerBound, to: range.upperBound, by: 2).map { row in
            let line = range.map { column in Self.block(isDark(row, column), isDark(row + 1, column)) }.joined()
            return colored ? "\u{1B}[97;40m\(line)\u{1B}[0m" : line
        }
        return lines.joined(separator: "\n")
    }

    /// In characters.
    var lineLength: Int { width + 2 * Self.margin }

    private func isDark(_ row: Int, _ column: Int) -> Bool {
        let inside = 0..<width
        guard inside.contains(row), inside.contains(column) else { return false }
        return dark[row * width + column]
    }

    private static func block(_ upper: Bool, _ lower: Bool) -> String {
        switch (upper, lower) {
        case (true, true): " "
        case (true, false): "▄"
        case (false, true): "▀"
        case (false, false): "█"
        }
    }
}
