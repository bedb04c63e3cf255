import Basics
import Testing

@testable import Configuration

@Suite struct NearestKeyTests {
    @Test(arguments: [
        ("client_id", "client_id"), ("client_di", "client_id"), ("clientid", "client_id"), ("Client_ID", "client_id"),
        ("cookie_secrets", "cookie_secret"), ("redirect_url", "redirect_uri"), ("metadata", nil), ("prt", "port"),
        ("", nil),
        ("client_secert", "client_secret"), ("ca-file", "ca_file"), ("userInfo", "userinfo"), ("totally_else", nil),
        (String(repeating: "client_id", count: 8), nil),
    ])
    func isFound(key: String, nearest: String?) {
        #expect(NearestKey.to(Text(key), among: ConfigurationKeys.all)?.string == nearest)
    }

    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "axc", 1), ("abc", "acb", 1),
        ("abcd", "badc", 2), ("kitten", "sitting", 3),
    ])
    func differencesAreCounted(first: String, second: String, count: Int) {
        #expect(NearestKey.distance(Array(first.utf8), Array(second.utf8)) == count)
        #expect(NearestKey.distance(Array(second.utf8), Array(first.utf8)) == count)
    }
}
