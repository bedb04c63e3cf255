// For environ, which another thread may change.
@unsafe @preconcurrency import Glibc
import NIOCore

/// Another program, started without a shell.
enum ChildProcess {
    struct Outcome {
        let status: Int32
        let output: [UInt8]
        let errors: [UInt8]
    }

    private static let longestOutput = 65_536
    /// POSIX_SPAWN_SETSID, a macro that Swift does not see.
    private static let setSession: Int32 = 0x80

    /// The program of this name in PATH.
    static func find(_ name: String) -> String? {
        guard let path = Surroundings.value("PATH") else { return nil }
        let files = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
        return files.first { unsafe access($0, X_OK) == 0 }
    }

    /// Starts a program that this one does not wait for, in a session of its own: Ctrl-C here is not for it.
    static func leave(_ program: String, _ arguments: [String]) -> Bool {
        let nowhere = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nowhere >= 0 else { return false }
        defer { close(nowhere) }
        return spawn(program, arguments, [nowhere, nowhere, nowhere], isApart: true) != nil
    }

    /// Runs a program to its end. Nil if it cannot be started, or takes longer than that. `input` must fit into a pipe.
    static func run(
        _ program: String, _ arguments: [String], input: [UInt8], within time: TimeAmount,
        isInterruptible: Bool = true
    ) throws(Interrupted) -> Outcome? {
        guard let standardInput = Pipe(), let standardOutput = Pipe(), let standardError = Pipe() else { return nil }
        let ends = [standardInput.reading, standardOutput.writing, standardError.writing]
        guard let child = spawn(program, arguments, ends, isApart: false) else { return nil }
        [standardOutput, standardError].forEach { $0.closeWriting() }
        standardInput.closeReading()
        _ = unsafe write(standardInput.writing, input, input.count)
        standardInput.closeWriting()
        var texts: [[UInt8]] = [[], []]
        let outputs = [standardOutput.reading, standardError.reading]
        let isDone = collect(outputs, &texts, until: .now() + time, isInterruptible)
        if !isDone { kill(child, SIGKILL) }
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        let end = status & 0x7F
        guard isDone, end == 0 else {
            // Ctrl-C is for all programs of a terminal: the other one may have been the first to end.
            let number = Interruption.number ?? Interruption.numbers.first { $0 == end }
            if isInterruptible, let number { throw Interrupted(number: number) }
            return nil
        }
        return Outcome(status: (status >> 8) & 0xFF, output: texts[0], errors: texts[1])
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ descriptors: [Int32], isApart: Bool
    ) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        for (number, descriptor) in descriptors.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        // This program ignores it, which another one would not expect.
        var defaults = sigset_t()
        unsafe sigemptyset(&defaults)
        unsafe sigaddset(&defaults, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
        let session = isApart ? setSession : 0
        unsafe posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF) | session))
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { unsafe words.forEach { unsafe free($0) } }
        var child: pid_t = 0
        return unsafe posix_spawn(&child, program, &actions, &attributes, words, environ) == 0 ? child : nil
    }

    /// Reads from all until each has ended. False if that takes too long, is too much, or is interrupted.
    private static func collect(
        _ descriptors: [Int32], _ texts: inout [[UInt8]], until end: NIODeadline, _ isInterruptible: Bool
    ) -> Bool {
        var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while waiting.contains(where: { $0.fd >= 0 }) {
            let rest = (end - .now()).nanoseconds / 1_000_000
            guard rest > 0, !isInterruptible || Interruption.number == nil else { return false }
            let pause = Int32(clamping: min(rest, Interruption.attention))
            guard unsafe poll(&waiting, nfds_t(waiting.count), pause) > 0 else { continue }
            for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = unsafe read(waiting[index].fd, &buffer, buffer.count)
                if count > 0 { texts[index] += buffer.prefix(count) } else { waiting[index].fd = -1 }
                guard texts[index].count <= longestOutput else { return false }
            }
        }
        return true
    }
}

/// Closes both of its ends.
private final class Pipe {
    private(set) var reading: Int32
    private(set) var writing: Int32

    init?() {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        closeReading()
        closeWriting()
    }

    func closeReading() {
        if reading >= 0 { close(reading) }
        reading = -1
    }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }
}

/// The program's environment.
enum Surroundings {
    /// Nil if it is empty, too.
    static func value(_ name: String) -> String? {
        guard let value = unsafe getenv(name).map({ unsafe String(cString: $0) }), !value.isEmpty else { return nil }
        return value
    }
}
