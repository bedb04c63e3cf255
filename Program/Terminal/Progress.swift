import Dispatch
import Glibc

/// Says on a terminal what is going on, once it has gone on for half a second.
package enum Progress {
    package static func showing<Result, Problem: Error>(
        _ text: String, _ work: () throws(Problem) -> Result
    ) throws(Problem) -> Result {
        guard isatty(STDERR_FILENO) == 1 else { return try work() }
        let line = Line()
        let timer = DispatchSource.makeTimerSource(queue: line.queue)
        timer.setEventHandler { line.show(text) }
        timer.schedule(deadline: .now() + .milliseconds(500), repeating: .seconds(1))
        timer.resume()
        defer {
            timer.cancel()
            line.queue.sync { line.clear() }
        }
        return try work()
    }

    /// Used on its queue alone.
    private final class Line: @unchecked Sendable {
        let queue = DispatchQueue(label: "progress")
        private var seconds = 0
        private var isShown = false

        func show(_ text: String) {
            Output.write("\r\u{1B}[K\(text) …" + (seconds > 0 ? " \(seconds) s" : ""), to: STDERR_FILENO)
            seconds += 1
            isShown = true
        }

        func clear() {
            if isShown { Output.write("\r\u{1B}[K", to: STDERR_FILENO) }
        }
    }
}
