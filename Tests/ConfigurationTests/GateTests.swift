import Basics
import Settings
import Testing

/// `require_login` and `open_paths`.
@Suite struct GateTests {
    private func openPaths(_ lines: String) throws -> OpenPaths? {
        try settings(Sample.complete + "\n" + lines).openPaths
    }

    @Test func pagesAreOpenByDefault() throws {
        #expect(try openPaths("") == nil)
        #expect(try openPaths("require_login = false") == nil)
    }

    @Test func everythingIsClosedByRequireLogin() throws {
        #expect(try openPaths("require_login = true") == OpenPaths([]))
    }

    @Test(arguments: ["open_paths = \"/a\"", "open_paths = [\"/a\"]"]) func onePath(line: String) throws {
        let open = try #require(try openPaths("require_login = true\n" + line))
        #expect(open.contains(Array("/a".utf8)) && !open.contains(Array("/b".utf8)))
    }

    static let refusals: [Refusal] = [
        Refusal(
            "require_login = \"yes\"",
            "s.toml:8:1: [auth] require_login: must be true or false, without quotes; it is text"),
        Refusal(
            "open_paths = [\"/a\"]",
            "s.toml:8:1: [auth] open_paths: has no effect without require_login = true; write that, or remove the key"),
        Refusal(
            "require_login = false\nopen_paths = [\"/a\"]",
            "s.toml:9:1: [auth] open_paths: has no effect without require_login = true; write that, or remove the key"),
        Refusal(
            "require_login = true\nopen_paths = []",
            "s.toml:9:1: [auth] open_paths: is empty; name at least one, or remove the key"),
        Refusal(
            "require_login = true\nopen_paths = [\"/a\", \"b\", \"/c/../d\"]",
            "s.toml:9:1: [auth] open_paths: 'b' is no decoded path; begin it with \"/\", and write no percent-encoding, "
                + "backslash, empty segment or segment of dots",
            "s.toml:9:1: [auth] open_paths: '/c/../d' is no decoded path; begin it with \"/\", and write no "
                + "percent-encoding, backslash, empty segment or segment of dots"),
        Refusal(
            "require_logins = true", "s.toml:8:1: [auth] require_logins: is not a known key; is require_login meant?"),
    ]

    @Test(arguments: refusals) func isRefused(_ refusal: Refusal) throws {
        #expect(try problems(Sample.complete + "\n" + refusal.document) == refusal.lines)
    }
}
