import Foundation
import Testing

@testable import Stauth

/// What of the header this package uses, and where it repeats it. Swift imports the declarations from the header itself.
struct DeclarationsTests {
    /// What stauth.h has and this package does not call, and why.
    private static let unused = [
        "st_version_string": "the number is enough to compare",
        "st_status_name": "StauthError.Kind has names",
        "st_config_set_clock": "for tests of the library",
        "st_config_set_random": "for tests of the library",
        "st_config_log_to_fd": "Swift functions may be called on every thread",
        "st_config_set_transport": "a client that does not block does more",
        "st_config_set_session_store": "Swift programs use Redis",
        "st_record_set": "as above",
        "st_app_shared": "a program has a place to keep an App",
        "st_request_loads_page": "st_request_require_login() asks it",
        "st_request_add_header": "all of them in one call",
        "st_request_response_header_count": "all of them in one call",
        "st_request_response_header": "all of them in one call",
        "st_native_new": "for programs without a site",
        "st_native_login": "as above",
        "st_native_callback": "as above",
        "st_native_device_login": "as above",
        "st_native_poll": "as above",
        "st_native_is_pending": "as above",
        "st_native_wait_ms": "as above",
        "st_native_expires_in": "as above",
        "st_native_url": "as above",
        "st_native_verification_uri": "as above",
        "st_native_user_code": "as above",
        "st_native_session": "as above",
        "st_request_bind": "tasks change threads",
        "st_request_unbind": "as above",
        "st_login": "as above",
        "st_logout": "as above",
        "st_user_json": "as above",
    ]

    private static let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private func header() throws -> String {
        try String(contentsOf: Self.package.appending(path: "../../../include/stauth.h"), encoding: .utf8)
    }

    private func sources() throws -> String {
        let folder = Self.package.appending(path: "Sources/Stauth")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }
            .joined()
    }

    @Test func everyFunctionIsCalled() throws {
        let called = Set(try sources().matches(of: /\b(st_\w+)\(/).map { String($0.1) })
        let names = try header().matches(of: /(?m)^ST_API .*?\b(st_\w+)\(/).map { String($0.1) }
        #expect(names.count > 80, "the header is not understood")
        for name in names {
            #expect(called.contains(name) != Self.unused.keys.contains(name), "\(name)")
        }
        #expect(Set(Self.unused.keys).isSubset(of: names))
    }

    @Test func everyRequestHeader() throws {
        let sentence = try #require(try header().firstMatch(of: /(?s)Add all of them, or at least (.*?);/)).1
        let asked = sentence.split { ", \n".contains($0) }.filter { $0 != "and" }.map { $0.lowercased() }
        #expect(Set(asked) == headerNames && asked.count > 15)
    }

    @Test func limits() throws {
        let words = try header().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("so. At most 64 KiB") && words.contains("65,536 bytes always suffice"))
        #expect(Visit.longestBody == 65_536)
    }
}
