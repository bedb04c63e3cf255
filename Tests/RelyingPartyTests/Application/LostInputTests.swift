import Basics
import RelyingParty
import TestSupport
import Testing

/// A host that ignores that one of its request's headers was refused: the request does not begin without it.
@Suite struct LostInputTests {
    private let site: Site

    init() throws { site = try Site() }

    private func request(_ method: String = "POST", _ target: String = "/auth/logout") throws -> HostRequest {
        try HostRequest(site.application, IncomingRequest(method: Text(method), target: Text(target)))
    }

    private func addHeader(_ name: String, _ value: [UInt8], to request: HostRequest) -> ErrorCode? {
        do throws(Failure) {
            try request.addHeader(Text(name), value)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(
        arguments: [
            ("Origin", String(repeating: "o", count: 64 * 1024 + 1)), ("Cookie", String(repeating: "c", count: 65_537)),
            ("Sec-Fetch-Site", "cross-site\n"), ("Origin", "https://evil.example\u{0}"), ("Orig in", "null"),
            ("", "cross-site"), ("Origin\r", "null"), ("X-Other", "a\r\nb"),
        ] as [(String, String)])
    func header(name: String, value: String) throws {
        let request = try request()
        #expect(addHeader(name, Array(value.utf8), to: request) != nil)
        #expect(addHeader("Sec-Fetch-Site", Array("same-origin".utf8), to: request) == nil)
        #expect(try refusal { try request.begin() } == .requestIncomplete)
        #expect(try refusal { try request.logout() } == .outOfSequence)
        #expect(try refusal { try request.begin() } == .requestIncomplete)
        #expect(request.userJSON == #"{"is_logged_in":false}"#)
    }

    /// A long Cookie header takes no room from the others: each has its own limit.
    @Test(arguments: [0, 1, 100, 64 * 1024])
    func headersBesideManyCookies(room: Int) throws {
        let request = try request()
        let cookies = [UInt8](repeating: 0x63, count: 64 * 1024 - room)
        #expect(addHeader("Cookie", cookies, to: request) == nil)
        #expect(addHeader("Origin", Array("https://evil.example".utf8), to: request) == nil)
        #expect(addHeader("Sec-Fetch-Site", Array("cross-site".utf8), to: request) == nil)
        #expect(addHeader("User-Agent", [UInt8](repeating: 0x75, count: 64 * 1024), to: request) == nil)
        #expect(try request.begin() == .respond)
        #expect(request.failure?.code == .crossSiteRequest)
    }

    /// Several Cookie headers are one (RFC 9113 8.2.3), and so is their limit.
    @Test func cookiesTogether() throws {
        let request = try request()
        let half = [UInt8](repeating: 0x63, count: 32 * 1024 - 1)
        #expect(addHeader("Cookie", half, to: request) == nil)
        #expect(addHeader("Cookie", half, to: request) == nil)
        #expect(addHeader("Cookie", [0x63], to: request) == .tooLarge)
        #expect(try refusal { try request.begin() } == .requestIncomplete)
    }

    /// RFC 9110 5.3: these are no lists. Two that differ leave open which of them the browser sent.
    @Test(
        arguments: [
            ("Origin", "https://app.example.com", "https://evil.example"),
            ("Origin", "null", "https://app.example.com"),
            ("Sec-Fetch-Site", "cross-site", "same-origin"), ("sec-fetch-site", "same-origin", "none"),
            ("Referer", "https://evil.example/", "https://app.example.com/"),
            ("Content-Type", "text/plain", "application/x-www-form-urlencoded"),
        ] as [(String, String, String)])
    func twoThatDiffer(name: String, first: String, second: String) throws {
        for values in [[first, second], [second, first], [first, first, second]] {
            let request = try request()
            let codes = values.map { addHeader(name, Array($0.utf8), to: request) }
            #expect(codes == values.dropLast().map { _ in nil } + [.invalidArgument])
            #expect(try refusal { try request.begin() } == .requestIncomplete)
        }
    }

    @Test func theSameTwice() throws {
        let request = try request()
        for _ in 0..<2 {
            #expect(addHeader("Origin", Array("https://app.example.com".utf8), to: request) == nil)
            #expect(addHeader("Sec-Fetch-Site", Array("same-origin".utf8), to: request) == nil)
            #expect(addHeader("Upgrade", Array("h2c".utf8), to: request) == nil)
        }
        #expect(try request.begin() == .respond)
        #expect(request.responseStatus == 303)
    }

    /// Only where it is needed: a host may give the body of an upload to a page of its own, and the library no use for it.
    @Test(
        arguments: [
            ("POST", "/auth/login", .requestIncomplete), ("POST", "/upload", nil), ("GET", "/auth/login", nil),
        ] as [(String, String, ErrorCode?)])
    func body(method: String, target: String, code: ErrorCode?) throws {
        let request = try request(method, target)
        let body = Text(String(repeating: "b", count: 64 * 1024 + 1))
        #expect(try refusal { try request.setBody(body) } == .tooLarge)
        #expect(try refusal { try request.begin() } == code)
    }
}
