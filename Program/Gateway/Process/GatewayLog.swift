import Basics
import Environment
import Platform

/// The library's events and the gateway's, a line each on standard error.
final class GatewayLog: EventLog {
    static let shared = GatewayLog()

    func write(_ level: EventLevel, _ line: Text) {
        unsafe line.bytes.withUnsafeBufferPointer { line in
            guard let start = line.baseAddress else { return }
            unsafe platform_write_log(2, Self.word(level), start, line.count)
        }
    }

    /// An event of the gateway's own. `detail` may be anybody's words.
    func report(_ level: EventLevel, _ event: StaticString, _ detail: Text = "") {
        let shown = detail.isEmpty ? "" : " detail=\"\(detail.prefix(atMost: 2000).escapedForLog)\"" as Text
        write(level, "event=\(event)\(shown)")
    }

    private static func word(_ level: EventLevel) -> platform_log_level {
        switch level {
        case .info: PLATFORM_LOG_INFO
        case .warning: PLATFORM_LOG_WARNING
        case .error: PLATFORM_LOG_ERROR
        }
    }
}

extension Text {
    /// Without what could end a line, or a quoted value.
    fileprivate var escapedForLog: Text {
        Text(
            wellFormed: bytes.map { byte in
                switch byte {
                case ..<0x20, 0x7F: 0x20
                case UInt8(ascii: "\""): UInt8(ascii: "'")
                default: byte
                }
            })
    }
}
