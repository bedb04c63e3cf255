import Foundation
import JSON
import TestSupport
import Testing

/// The host may have set a locale whose decimal separator is a comma, and strtod() and printf() follow it.
@Suite struct LocaleTests {
    /// A folder with a German locale made for this test, for the variable LOCPATH; nil without the means to make one.
    private static let localeFolder: String? = {
        let folder = URL.temporaryDirectory.appending(
            path: "stauth-locale-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/localedef")
        process.arguments = ["-i", "de_DE", "-f", "UTF-8", folder.appending(path: "de_DE.UTF-8").path]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? folder.path : nil
    }()

    @Test(.enabled(if: localeFolder != nil, "no localedef, or no locale de_DE to make"))
    func commaLocaleChangesNothing() async throws {
        let folder = try #require(Self.localeFolder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await #expect(processExitsWith: .success) { [folder = folder as String] in
            setenv("LOCPATH", folder, 1)
            try #require(setlocale(LC_ALL, "de_DE.UTF-8") != nil)
            try #require(strtod("1,5", nil) == 1.5, "the locale is in force")
            let object = JSONObject(parsing: Array(#"{"v":1.5,"w":[1e3,-0.25]}"#.utf8))
            try #require(object == ["v": 1.5, "w": [1000.0, -0.25]])
            try #require(object?.encoded()?.string == #"{"v":1.5,"w":[1000.0,-0.25]}"#)
            try #require(JSONObject(parsing: Array(#"{"v":1,5}"#.utf8)) == nil)
        }
    }
}
