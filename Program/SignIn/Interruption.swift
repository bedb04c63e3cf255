import Glibc
import Synchronization
import Terminal

/// What Ctrl-C does, and the end of a terminal or of a session. What was ignored when the program began, such as by nohup,
/// stays ignored.
enum Interruption {
    static let numbers = [SIGINT, SIGTERM, SIGHUP]
    /// The signal that came while signals were withheld; 0 for none.
    private static let noted = Atomic<Int32>(0)

    /// While a login waits for its user: the program ends, and says so. Nothing has been kept by then.
    static func ending<Result>(_ work: () throws -> Result) rethrows -> Result {
        if let number { giveUp(number) }
        return try handling(work) { number in
            // Only what a handler may call.
            let text: StaticString = "\nGiven up: nobody was signed in.\n"
            _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            signal(number, SIG_DFL)
            raise(number)
        }
    }

    /// While something is written that must not be half written: a signal is noted, and `number` gives it.
    static func withheld<Result>(_ work: () throws -> Result) rethrows -> Result {
        // A handler must not be the first to use it.
        _ = number
        return try handling(work) { Interruption.noted.store($0, ordering: .relaxed) }
    }

    /// The signal that was noted.
    static var number: Int32? {
        let number = noted.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    static func check() throws(Interrupted) {
        if let number { throw Interrupted(number: number) }
    }

    /// Says so, does what is left to do, and ends the program as the signal does.
    static func giveUp(_ number: Int32, _ work: () -> Void = {}) -> Never {
        Output.note("\nGiven up: nobody was signed in.")
        work()
        signal(number, SIG_DFL)
        // For any thread: this one may have blocked it.
        kill(getpid(), number)
        sleep(1)
        exit(1)
    }

    private static func handling<Result>(
        _ work: () throws -> Result, by handler: @convention(c) (Int32) -> Void
    ) rethrows -> Result {
        let former = numbers.filter { !isIgnored($0) }.map { ($0, signal($0, handler)) }
        defer { for (number, handler) in former { signal(number, handler) } }
        return try work()
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
