import Foundation
import Platform
import Testing

/// Files are named by the operator, and must not hold up or fill the host.
@Suite(.timeLimit(.minutes(1))) final class ReadFileTests {
    private let folder = URL.temporaryDirectory.appending(path: "stauth-files-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func write(_ bytes: [UInt8], to name: String = "file") throws -> String {
        try Data(bytes).write(to: folder.appending(path: name))
        return path(name)
    }

    /// What was read, or the errno.
    private func read(_ path: String, limit: Int = 1000) -> (bytes: [UInt8]?, error: Int32) {
        var bytes: UnsafeMutablePointer<UInt8>?
        var length = 0
        let error = platform_read_file(path, limit, &bytes, &length)
        defer { platform_free(bytes) }
        guard error == 0, let bytes else { return (nil, error) }
        return (Array(UnsafeBufferPointer(start: bytes, count: length)), 0)
    }

    @Test(arguments: [0, 1, 999, 1000])
    func fileIsRead(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        #expect(read(try write(bytes)).bytes == bytes)
    }

    @Test(arguments: [1001, 1002, 100_000])
    func largerThanTheLimitIsRefused(length: Int) throws {
        let result = read(try write([UInt8](repeating: 1, count: length)))
        #expect(result.bytes == nil)
        #expect(result.error == EFBIG)
    }

    @Test func limitOfNothing() throws {
        #expect(read(try write([]), limit: 0).bytes == [])
        #expect(read(try write([1]), limit: 0).error == EFBIG)
    }

    @Test func linkIsFollowed() throws {
        let target = try write([7], to: "target")
        symlink(target, path("link"))
        #expect(read(path("link")).bytes == [7])
    }

    @Test func linksInACircleAreRefused() {
        symlink(path("b"), path("a"))
        symlink(path("a"), path("b"))
        #expect(read(path("a")).error == ELOOP)
    }

    @Test func fifoIsRefusedAtOnce() throws {
        try #require(mkfifo(path("fifo"), 0o600) == 0)
        #expect(read(path("fifo")).error == EINVAL)
    }

    /// With a writer at its other end, and something to read.
    @Test func fifoWithAWriterIsRefused() throws {
        try #require(mkfifo(path("fifo"), 0o600) == 0)
        let writer = open(path("fifo"), O_RDWR)
        defer { close(writer) }
        try #require(Foundation.write(writer, "x", 1) == 1)
        #expect(read(path("fifo")).error == EINVAL)
    }

    @Test(arguments: ["/", "/dev/null", "/dev/zero", "/dev/urandom"])
    func whatIsNoRegularFileIsRefused(path: String) {
        #expect(read(path).error == EINVAL)
    }

    @Test(arguments: [("/nonexistent/file", ENOENT), ("", ENOENT), ("/etc/hostname/file", ENOTDIR)])
    func missingFile(path: String, error: Int32) {
        #expect(read(path).error == error)
    }

    /// A file of /proc has no length until it is read.
    @Test func fileWithoutLengthIsRead() throws {
        let bytes = try #require(read("/proc/self/stat").bytes)
        #expect(bytes.starts(with: "\(getpid()) ".utf8))
    }

    @Test func noDescriptorIsLeftOpen() throws {
        let file = try write([1])
        let directory = "/proc/self/fd"
        let names = { Set((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []) }
        try #require(!names().isEmpty)
        for _ in 0..<2000 {
            _ = (read(file), read("/"), read(file, limit: 0))
        }
        #expect(names().count < 1000)
    }
}
