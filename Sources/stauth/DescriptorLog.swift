import Basics
import Environment
import Platform

/// Writes events to a file descriptor of the host's, a line each, with their time and level.
final class DescriptorLog: EventLog {
    private let descriptor: Int32

    /// Nil unless `descriptor` is open for writing. The host keeps it open.
    static func writing(to descriptor: Int32) -> DescriptorLog? {
        platform_is_writable(descriptor) ? DescriptorLog(descriptor) : nil
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ level: EventLevel, _ line: Text) {
        unsafe line.bytes.withUnsafeBufferPointer { line in
            guard let start = line.baseAddress else { return }
            unsafe platform_write_log(descriptor, Self.word(level), start, line.count)
        }
    }

    private static func word(_ level: EventLevel) -> platform_log_level {
        switch level {
        case .info: PLATFORM_LOG_INFO
        case .warning: PLATFORM_LOG_WARNING
        case .error: PLATFORM_LOG_ERROR
        }
    }
}
