import Glibc
import Synchronization
import Terminal

/// What Ctrl-C does, and the end of a terminal or of a session. What was ignored when the program began, such as by nohup,
/// stays ignored.
enum Interruption {
    static let numbers = [SIGINT, SIGTERM, SIGHUP]
    /// The signal that came while signals were withheld; 0 for none.
    private static let noted = Atomic<Int32>(0)

    /// How often to check whether a signal was noted, in milliseconds: another thread may have received it.
    static let attention: Int64 = 100

    /// While tokens are issued, kept or revoked, which must not be half done: a signal is noted, and `number` gives it.
    static func withheld<Result>(_ work: () throws -> Result) rethrows -> Result {
        // A handler must not be the first to use it.
        _ = number
        let handler: @convention(c) (Int32) -> Void = { Interruption.noted.store($0, ordering: .relaxed) }
        let former = numbers.filter { !isIgnored($0) }.map { ($0, signal($0, handler)) }
        defer { for (number, handler) in former { signal(number, handler) } }
        return try work()
    }

    /// The signal that was noted.
    static var number: Int32? {
        let number = noted.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    static func check() throws(Interrupted) {
        if let number { throw Interrupted(number: number) }
    }

    /// For so many milliseconds, or until a signal is noted.
    static func pause(_ milliseconds: Int64) throws(Interrupted) {
        var rest = milliseconds
        while rest > 0 {
            try check()
            usleep(UInt32(clamping: min(rest, attention) * 1000))
            rest -= attention
        }
        try check()
    }

    /// Does what is left to do, says so, and ends the program as the signal does. More signals change nothing: closing a
    /// terminal may send several.
    static func giveUp(_ number: Int32, _ work: () -> Void = {}) -> Never {
        withheld(work)
        Output.note("\nGiven up: nobody was signed in.")
        signal(number, SIG_DFL)
        // For any thread: this one may have blocked it.
        kill(getpid(), number)
        sleep(1)
        exit(1)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard unsafe sigaction(number, nil, &action) == 0 else { return false }
        return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

/// The user wants no more of it.
struct Interrupted: Error, CustomStringConvertible {
    let number: Int32

    var description: String { "interrupted" }
}
