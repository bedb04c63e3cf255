internal import CStauth

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// How important an event is.
public enum LogLevel: Int, Sendable, Comparable {
    /// What happened.
    case info = 1
    /// What the operator should know.
    case warning
    /// What the operator must mend.
    case error

    /// By importance.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// What C has of a log function. The library keeps it until it calls the release function.
private final class LogBox: Sendable {
    let log: Configuration.Log

    init(_ log: @escaping Configuration.Log) {
        self.log = log
    }
}

/// Gives the library a log function, which releases it; not if that fails.
func setLog(_ log: @escaping Configuration.Log, of builder: Ticket) throws(StauthError) {
    let box = unsafe Unmanaged.passRetained(LogBox(log))
    do throws(StauthError) {
        try unsafe call { failure in
            unsafe st_config_set_log(builder.handle, logEvent, box.toOpaque(), releaseLog, failure)
        }
    } catch {
        unsafe box.release()
        throw error
    }
}

private func logEvent(level: Int32, line: UnsafePointer<CChar>?, userData: UnsafeMutableRawPointer?) {
    guard let userData = unsafe userData, let line = unsafe copied(line) else { return }
    let box = unsafe Unmanaged<LogBox>.fromOpaque(userData).takeUnretainedValue()
    box.log(LogLevel(rawValue: Int(level)) ?? .warning, line)
}

private func releaseLog(userData: UnsafeMutableRawPointer?) {
    guard let userData = unsafe userData else { return }
    unsafe Unmanaged<LogBox>.fromOpaque(userData).release()
}

/// Obeys `STAUTH_LOG`.
func standardLog() -> Configuration.Log {
    let asked = environment("STAUTH_LOG") ?? ""
    let levels = ["info": LogLevel.info, "": .warning, "warning": .warning, "error": .error]
    if levels[asked] == nil {
        complain("STAUTH_LOG must be info, warning or error")
    }
    let least = levels[asked] ?? .warning
    return { level, line in
        if level >= least {
            complain(line)
        }
    }
}

/// Writes a line to stderr, at once and as a whole.
func complain(_ line: String) {
    let bytes = [UInt8]((line + "\n").utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}

func environment(_ name: String) -> String? {
    unsafe copied(getenv(name))
}
