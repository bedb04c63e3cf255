import Basics
import Configuration
import Foundation
import Settings
import Testing

/// Files of every kind, loaded as settings.
@Suite struct FileTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    /// The line that refuses a file; none if it is loaded.
    func complaint(_ path: String) throws -> String? {
        do {
            try Configuration().load(file: Text(path))
            return nil
        } catch {
            let lines = lines(of: error)
            #expect(lines.count == 1)
            return lines.first
        }
    }

    @Test func fileIsLoaded() throws {
        let configuration = Configuration()
        try configuration.load(file: Text(folder.write("secrets.toml", Sample.complete)))
        #expect(try configuration.settings().providers.count == 1)
    }

    @Test func placeIsTheFileAsItWasNamed() throws {
        let configuration = Configuration()
        let path = try folder.write("secrets.toml", Sample.complete + "port = \"x\"")
        try configuration.load(file: Text(path))
        #expect(
            try problems(configuration) == [
                "\(path):7:1: [auth] port: must be an integer from 1 to 65535, without quotes"
            ])
    }

    @Test func linkIsFollowed() throws {
        _ = try folder.write("real.toml", Sample.complete)
        #expect(try complaint(folder.link("link.toml", to: "real.toml")) == nil)
    }

    @Test func missingFile() throws {
        #expect(
            try complaint(folder.path + "/none.toml")
                == "cannot read \(folder.path)/none.toml: no such file; create it, or fix the path (relative paths "
                + "start at the working directory)")
    }

    @Test func folderIsNoFile() throws {
        #expect(try complaint(folder.path) == "cannot read \(folder.path): is not a regular file")
    }

    @Test(arguments: ["/dev/null", "/dev/zero"]) func deviceIsNoFile(path: String) throws {
        #expect(try complaint(path) == "cannot read \(path): is not a regular file")
    }

    /// Opening it would wait for a writer for ever.
    @Test(.timeLimit(.minutes(1))) func pipeIsNoFile() throws {
        let path = folder.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(try complaint(path) == "cannot read \(path): is not a regular file")
    }

    @Test func linkToItself() throws {
        let path = try folder.link("loop.toml", to: "loop.toml")
        #expect(try complaint(path) == "cannot read \(path): Too many levels of symbolic links")
    }

    @Test(.enabled(if: geteuid() != 0, "root reads everything"))
    func unreadableFile() throws {
        let path = try folder.write("secrets.toml", Sample.complete)
        #expect(chmod(path, 0) == 0)
        #expect(
            try complaint(path)
                == "cannot read \(path): permission denied; make it readable for the user that runs the program")
    }

    @Test(arguments: [(1 << 20) + 1, 10_000_000]) func largeFile(size: Int) throws {
        let path = try folder.write("large.toml", Data(repeating: 0x0A, count: size))
        #expect(try complaint(path) == "cannot read \(path): is larger than 1024 KiB; is it the right file?")
    }

    @Test func largestFile() throws {
        #expect(try complaint(folder.write("large.toml", Data(repeating: 0x0A, count: 1 << 20))) == nil)
    }

    @Test func emptyFileHasNoTable() throws {
        let configuration = Configuration()
        let path = try folder.write("empty.toml", "")
        try configuration.load(file: Text(path))
        #expect(try problems(configuration).first?.hasPrefix("\(path): there is no [auth] table") == true)
    }

    @Test(arguments: ["", "a\0b", "a\nb", String(repeating: "a", count: 4097)])
    func namesThatAreNone(path: String) throws {
        #expect(try complaint(path) == "a file name is empty, too long, or contains control characters")
    }

    @Test func windowsFile() throws {
        let document = "\u{FEFF}" + Sample.complete.replacing("\n", with: "\r\n")
        #expect(try complaint(folder.write("windows.toml", document)) == nil)
    }

    @Test func syntaxIsToldWithItsPlace() throws {
        let path = try folder.write("broken.toml", "[auth]\nclient_secret = \(Sample.clientSecret)\n")
        #expect(try complaint(path) == "\(path):2:17: the value has no known type; put text in double quotes")
    }
}
