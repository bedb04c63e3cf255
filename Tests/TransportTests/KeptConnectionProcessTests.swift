import Basics
import Foundation
import Testing

@testable import Transport

/// Kept connections as guests in someone else's process, which forks, closes descriptors and has many threads. Each test
/// has a process of its own.
@Suite struct KeptConnectionProcessTests {
    let server: TestServer
    init() throws { server = try TestServer.running() }

    /// Runs `body` in a child, and gives whether it succeeded.
    private static func inChild(_ body: () throws -> Void) throws -> Bool {
        let fork = try #require(forkProcess)
        let child = fork()
        if child == 0 {
            // Killed rather than hung, should a lock be held for ever.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGALRM)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            alarm(20)
            do { try body() } catch { _exit(1) }
            _exit(0)
        }
        var status: Int32 = -1
        waitpid(child, &status, 0)
        return status == 0
    }

    private static func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    /// The child makes connections of its own. What it does, and that it ends, does not touch the parent's.
    @Test func childLeavesTheConnectionsOfItsParentAlone() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            let own = try kept.connection()
            let isFine = try Self.inChild {
                let first = try kept.connection()
                try #require(first.number != own.number && !first.isResumed)
                try #require(AuthorityCache.shared.readCount == 2, "its parent's may be locked for ever")
                try #require(try kept.connection() == Connection(number: first.number, count: 2, isResumed: false))
                kept.end()
            }
            try #require(isFine)
            try #require(try kept.connection() == Connection(number: own.number, count: 2, isResumed: false))
        }
    }

    /// The application of the child is freed before it used any.
    @Test func childThatOnlyFreesLeavesThemAlone() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            let own = try kept.connection()
            let isFine = try Self.inChild {
                let before = try Self.descriptors()
                kept.end()
                try #require(try Self.descriptors() == before - 1, "its copy of the socket is closed")
            }
            try #require(isFine)
            try #require(try kept.connection() == Connection(number: own.number, count: 2, isResumed: false))
        }
    }

    /// Servers that become daemons close whatever they inherited, and open their own by the same numbers.
    @Test func descriptorThatTheHostReusedIsNotClosed() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            let others = Self.sockets()
            _ = try kept.connection()
            let socket = try #require(Self.sockets().subtracting(others).first)
            func check() throws {
                try #require(dup2(open("/dev/null", O_WRONLY), socket) == socket)
                try #require(try kept.connection().count == 1)
                kept.end()
                try #require(fcntl(socket, F_GETFD) != -1)
            }
            try #require(try Self.inChild(check))
            try check()
        }
    }

    /// The farewell to a server that is gone must not kill the host.
    @Test func closingSendsNoSignal() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            signal(SIGPIPE, SIG_DFL)
            let kept = KeepingTransport(server)
            try #require(try kept.get("/last/reset/farewell-\(getpid())").body == Text("bye").bytes)
            _ = try server.get("/echo/farewell-\(getpid())")
            try #require(try server.get("/closed/farewell-\(getpid())").body == Text("True").bytes)
            kept.end()
        }
    }

    /// Those of connections: libcurl has pairs of its own, which belong to this process alone.
    private static func sockets() -> Set<Int32> {
        Set(
            (3..<100).filter { descriptor in
                var address = sockaddr()
                var length = socklen_t(MemoryLayout<sockaddr>.size)
                return getpeername(descriptor, &address, &length) == 0
                    && [AF_INET, AF_INET6].contains(Int32(address.sa_family))
            })
    }

    /// Threads are in the middle of requests when the process forks, but of no handshake: stauth.h excludes those.
    @Test func childWorksWhileItsParentIsBusy() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            // Swift's runtime, which the library does without, is past its locks then: they do not survive a fork.
            _ = try kept.connection()
            let isOver = Flag()
            let (group, connected) = (DispatchGroup(), DispatchSemaphore(value: 0))
            for _ in 0..<4 {
                DispatchQueue.global().async(group: group) {
                    if (try? kept.connection()) == nil { isOver.fail() }
                    connected.signal()
                    while !isOver.isSet { if (try? kept.connection()) == nil { isOver.fail() } }
                }
            }
            for _ in 0..<4 { connected.wait() }
            for _ in 0..<5 {
                let isFine = try Self.inChild { try #require(try kept.connection().count == 1) }
                try #require(isFine)
            }
            isOver.set()
            group.wait()
            try #require(!isOver.hasFailed)
        }
    }

    @Test func descriptorsOfManyProvidersAreFew() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            _ = try kept.connection()
            let before = try Self.descriptors()
            for _ in 0..<60 {
                // As many keys as that many providers.
                var limits = server.limits()
                limits.clientCertificate = try server.clientCertificate()
                _ = try kept.connection(within: limits)
            }
            try #require(try Self.descriptors() < before + ConnectionPool.capacity)
            kept.end()
            try #require(try Self.descriptors() < before)
        }
    }

    /// Each has its own while it needs one. None gets another's answer, and the authorities are read once.
    @Test func manyThreadsShare() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            let failed = Flag()
            DispatchQueue.concurrentPerform(iterations: 8) { thread in
                for index in 0..<10 {
                    let path = "/echo/\(thread)/\(index)"
                    let echo = (try? kept.get(path)).flatMap { try? Echo($0) }
                    if echo?.target != path { failed.fail() }
                }
            }
            try #require(!failed.hasFailed)
            try #require(AuthorityCache.shared.readCount == 1)
            try #require((1...8).contains(kept.pool?.count ?? 0))
        }
    }

    /// Programs that the host starts inherit nothing.
    @Test func connectionIsNotInherited() async {
        await #expect(processExitsWith: .success) { [server = server as TestServer] in
            let kept = KeepingTransport(server)
            _ = try server.get("/echo", on: "good")
            let (before, others) = (try Self.descriptors(), Self.sockets())
            _ = try kept.connection()
            try #require(try Self.descriptors() == before + 1)
            let socket = try #require(Self.sockets().subtracting(others).first)
            try #require(fcntl(socket, F_GETFD) & FD_CLOEXEC != 0)
        }
    }
}

private final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var value = false
    private var failures = 0

    var isSet: Bool { lock.withLock { value } }
    var hasFailed: Bool { lock.withLock { failures > 0 } }
    func set() { lock.withLock { value = true } }
    func fail() { lock.withLock { failures += 1 } }
}
