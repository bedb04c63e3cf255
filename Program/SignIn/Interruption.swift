import Glibc

/// What Ctrl-C does, and the end of a terminal or of a session.
enum Interruption {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]

    /// While a login waits for its user: the program ends, and says so. Nothing has been kept by then.
    static func ending<Result>(_ work: () throws -> Result) rethrows -> Result {
        let former = numbers.map { number in
            signal(number) { number in
                // Only what a handler may call.
                let text: StaticString = "\nGiven up: nobody was signed in.\n"
                _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
        defer { for (number, handler) in zip(numbers, former) { signal(number, handler) } }
        return try work()
    }

    /// While something is written that must not be half written.
    static func withheld<Result>(_ work: () throws -> Result) rethrows -> Result {
        let former = numbers.map { signal($0, SIG_IGN) }
        defer { for (number, handler) in zip(numbers, former) { signal(number, handler) } }
        return try work()
    }
}
