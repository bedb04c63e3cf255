import Foundation
import Testing

struct PackageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../..")

    /// What a program prints.
    private func run(_ program: String..., in folder: URL) throws -> String {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        (process.arguments, process.currentDirectoryURL, process.standardOutput) = (program, folder, output)
        try process.run()
        let text = try String(decoding: output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) \(text)")
        return text
    }

    private static let manifest = """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "program",
            dependencies: [.package(path: "stauth")],
            targets: [.executableTarget(name: "program", dependencies: [.product(name: "Stauth", package: "stauth")])]
        )
        """
    private static let program = """
        import Stauth

        do {
            _ = try App(Configuration(toml: "[auth]"))
        } catch {
            print(error.code, error.kind)
        }
        """

    /// As a registry's client does it, without a network.
    @Test func archiveInAnEmptyFolder() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stauth-\(UUID())")
        let sources = folder.appending(path: "Sources/program")
        try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let archive = Self.root.appending(path: "build/dist/stauth-0.2.0.zip").path
        _ = try run("python3", "-m", "zipfile", "-e", archive, ".", in: folder)
        try Data(Self.manifest.utf8).write(to: folder.appending(path: "Package.swift"))
        try Data(Self.program.utf8).write(to: sources.appending(path: "main.swift"))
        #expect(try run("swift", "run", "--quiet", in: folder) == "configuration_invalid configuration\n")
    }
}
