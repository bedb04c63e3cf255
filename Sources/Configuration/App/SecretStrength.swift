import Basics

/// Distinguishes a cookie secret from a sample, a pattern or a password. It cannot measure randomness; it catches what
/// people leave in a file by mistake.
enum SecretStrength {
    static let fewestCharacters = 22

    /// The problem with the secret, nil if none is found. Continues "cookie_secret: ", without the secret.
    static func weakness(of secret: Text) -> Text? {
        let bytes = secret.bytes
        if bytes.isEmpty { return "is empty" }
        if isSample(secret) { return "is a well-known sample text" }
        if bytes.count(where: { $0 & 0xC0 != 0x80 }) < fewestCharacters {
            return "is too short; it must have at least \(fewestCharacters) characters"
        }
        if distinctCount(bytes) < 8 { return "has fewer than 8 different characters" }
        if isRepetition(bytes) { return "repeats itself" }
        if isSequence(bytes) { return "is a sequence of neighbouring characters" }
        return nil
    }

    private static func distinctCount(_ bytes: [UInt8]) -> Int {
        var isSeen = [Bool](repeating: false, count: 256)
        for byte in bytes { isSeen[Int(byte)] = true }
        return isSeen.count { $0 }
    }

    /// Whether a shorter text, repeated, makes up the whole. Random text never does.
    private static func isRepetition(_ bytes: [UInt8]) -> Bool {
        (1..<max(2, min(fewestCharacters, bytes.count / 2 + 1))).contains { period in
            bytes.dropFirst(period).elementsEqual(bytes.dropLast(period))
        }
    }

    /// "abcdefghij…", "0123456789…", "zyxw…": most characters are next to the one before.
    private static func isSequence(_ bytes: [UInt8]) -> Bool {
        let neighbours = zip(bytes, bytes.dropFirst()).count { abs(Int($0) - Int($1)) == 1 }
        return neighbours * 2 > bytes.count
    }

    /// Considers only the letters, in any case: "CHANGE-ME", "change_me" and "<change me>" are equal.
    private static func isSample(_ secret: Text) -> Bool {
        let letters = Text(
            wellFormed: secret.lowercasedASCII().bytes.filter { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        if letters.hasPrefix("xxx"), letters.bytes.allSatisfy({ $0 == UInt8(ascii: "x") }) { return true }
        let samples: [Text] = [
            "changeme", "changethis", "changeit", "replaceme", "replacethis", "replacewith", "placeholder",
            "insertyour", "yoursecret", "yourcookie", "cookiesecret", "mysecret", "supersecret", "topsecret",
            "notasecret",
            "randomstring", "strongsecret", "secretkey", "password", "examplesecret", "opensslrand", "secretstoken",
        ]
        return samples.contains { letters.contains(text: $0) }
    }
}
