import Basics
import Cookies

/// One of Streamlit's cookies. If the text is long, the cookie NAME itself says "chunks-3", and the cookies NAME_1 to
/// NAME_3 contain the parts, each signed under its own name.
struct StreamlitCookie: Sendable {
    let name: Text
    let signer: TimedSigner

    /// The number of parts that are read; that many full ones are more than any server lets through.
    private static let mostParts = 16
    /// Seconds that may lie between the signatures of cookies written together.
    static let longestWriting: Int64 = 2
    private static var partsPrefix: Text { "chunks-" }

    private func partName(_ number: Int) -> Text { "\(name)_\(number)" }

    /// The possible names of the cookie and its parts.
    var allNames: [Text] { [name] + (1...Self.mostParts).map(partName) }

    // MARK: - Reading

    /// The text, and when it was signed, or nil. Of several cookies with the name, the one that verifies is used; if several
    /// verify and differ, it is unknown which is the browser's, and none is used.
    func verify(_ cookies: CookieHeader) -> TimedSigner.Signed? {
        onlyOne(
            of: cookies.values(of: name).compactMap { value in
                signer.verify(value, cookie: name).flatMap { join($0, cookies) }
            })
    }

    private func join(_ signed: TimedSigner.Signed, _ cookies: CookieHeader) -> TimedSigner.Signed? {
        guard let count = signed.text.dropping(prefix: Self.partsPrefix) else { return signed }
        guard let count = count.asDecimal(), (1...Int64(Self.mostParts)).contains(count) else { return nil }
        var text = Text()
        for number in 1...Int(count) {
            guard let part = part(number, of: signed, cookies) else { return nil }
            text += part
            guard text.count <= TimedSigner.longestPayload else { return nil }
        }
        return TimedSigner.Signed(text: text, time: signed.time)
    }

    /// Streamlit does not bind the parts to one another. The time of the signature distinguishes parts of different logins,
    /// unless these were in the same seconds.
    private func part(_ number: Int, of whole: TimedSigner.Signed, _ cookies: CookieHeader) -> Text? {
        let name = partName(number)
        return onlyOne(
            of: cookies.values(of: name).compactMap { value in
                signer.verify(value, cookie: name).flatMap { part in
                    abs(part.time - whole.time) <= Self.longestWriting ? part.text : nil
                }
            })
    }

    private func onlyOne<Value: Equatable>(of values: [Value]) -> Value? {
        guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    // MARK: - Writing

    /// The cookies that contain `text`, in one or in parts, all signed at `time`.
    func sign(_ text: Text, time: Int64, jar: CookieJar) throws(Failure) -> [(name: Text, value: Text)] {
        guard text.count <= TimedSigner.longestPayload / 2 else {
            throw HeaderBudget.sessionTooLarge(text.count)
        }
        let whole = try signer.sign(text, cookie: name, time: time)
        guard whole.count > jar.capacity(of: name) else { return [(name: name, value: whole)] }
        // Four are enough: that many full cookies exceed the limit of all cookies together.
        for count in 2...4 {
            let parts = try sign(text, parts: count, time: time)
            guard parts.allSatisfy({ $0.value.count <= jar.capacity(of: $0.name) }) else { continue }
            return parts
        }
        throw HeaderBudget.sessionTooLarge(whole.count)
    }

    private func sign(_ text: Text, parts count: Int, time: Int64) throws(Failure) -> [(name: Text, value: Text)] {
        let length = (text.count + count - 1) / count
        let first = try signer.sign("\(Self.partsPrefix)\(count)", cookie: name, time: time)
        var cookies = [(name: name, value: first)]
        var rest = text
        for number in 1...count {
            // The last one takes the remainder of the cuts between characters.
            let part = number < count ? rest.prefix(atMost: length) : rest
            rest = Text(wellFormed: rest.bytes.dropFirst(part.count))
            let name = partName(number)
            cookies.append((name: name, value: try signer.sign(part, cookie: name, time: time)))
        }
        return cookies
    }
}
