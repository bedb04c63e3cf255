import Foundation
import Platform
import Testing

@Suite struct SystemTests {
    @Test func wallClockIsTheSystems() {
        let before = Int64(Date().timeIntervalSince1970)
        let now = platform_wall_clock()
        #expect(now >= before && now <= Int64(Date().timeIntervalSince1970) + 1)
    }

    @Test func monotonicClockGoesForward() {
        var last = platform_monotonic_clock()
        let end = last + 20
        while last < end {
            let now = platform_monotonic_clock()
            #expect(now >= last)
            last = now
        }
    }

    @Test func wiping() {
        var bytes = [UInt8](repeating: 0xAA, count: 100)
        bytes.withUnsafeMutableBytes { buffer in
            guard let start = buffer.baseAddress else { return }
            platform_wipe(start + 1, 98)
        }
        #expect(bytes == [0xAA] + [UInt8](repeating: 0, count: 98) + [0xAA])
    }

    @Test(arguments: [("", 10, 0), ("abc", 10, 3), ("abc", 3, 3), ("abc", 2, 3), ("abc", 0, 1), ("", 0, 0)])
    func textLength(text: String, limit: Int, length: Int) {
        #expect(platform_text_length(text, limit) == length)
    }

    /// Only so many bytes are there; one more would be another page.
    @Test func textWithoutAnEndIsNotOverrun() throws {
        let size = sysconf(Int32(_SC_PAGESIZE))
        let pages = try #require(mmap(nil, size * 2, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        defer { munmap(pages, size * 2) }
        try #require(mprotect(pages + size, size, PROT_NONE) == 0)
        let text = (pages + size - 8).assumingMemoryBound(to: CChar.self)
        memset(text, 0x41, 8)
        #expect(platform_text_length(text, 7) == 8)
    }

    /// In a process of its own: the environment belongs to all threads.
    @Test func environment() async {
        await #expect(processExitsWith: .success) {
            setenv("STAUTH_PLATFORM_TEST", "é=1", 1)
            try #require(String(cString: try #require(platform_environment("STAUTH_PLATFORM_TEST"))) == "é=1")
            unsetenv("STAUTH_PLATFORM_TEST")
            try #require(platform_environment("STAUTH_PLATFORM_TEST") == nil)
        }
    }

    @Test(arguments: [
        (ENOENT, 80, "No such file or directory"), (EFBIG, 80, "File too large"), (99_999, 80, "unknown error"),
        (-1, 80, "unknown error"),
        (ENOENT, 8, "No such"), (ENOENT, 1, ""),
    ])
    func errorText(error: Int32, capacity: Int, text: String) {
        var buffer = [CChar](repeating: 0x41, count: capacity + 1)
        platform_error_text(error, &buffer, capacity)
        #expect(String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) == text)
        #expect(buffer.last == 0x41, "nothing is written behind it")
    }
}
