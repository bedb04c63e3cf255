import Basics
import CStauth
import Cryptography
import Environment
import RelyingParty

// The host's own clock, random source and log. The host ensures that its function and user data may be used on every
// thread from which it calls the library.

/// The host's user data for a function, released when nothing can call that function any more: with the last object that
/// holds this.
@safe
final class HostData: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer?
    private let release: st_release?

    init(_ pointer: UnsafeMutableRawPointer?, _ release: st_release?) {
        unsafe self.pointer = pointer
        unsafe self.release = release
    }

    deinit {
        unsafe release?(pointer)
    }
}

@safe
final class HostClock: Clock, @unchecked Sendable {
    private let function: st_clock
    private let data: HostData

    init(_ function: @escaping st_clock, _ data: HostData) {
        unsafe self.function = function
        self.data = data
    }

    func seconds() -> Int64 { unsafe function(data.pointer) }
}

@safe
final class HostRandomSource: RandomSource, @unchecked Sendable {
    private let function: st_random
    private let data: HostData

    init(_ function: @escaping st_random, _ data: HostData) {
        unsafe self.function = function
        self.data = data
    }

    func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe function(&bytes, count, data.pointer) == 0 else {
            throw Failure(.randomnessUnavailable, "the host's random function failed")
        }
        return bytes
    }
}

@safe
final class HostEventLog: EventLog, @unchecked Sendable {
    private let function: st_log
    private let data: HostData

    init(_ function: @escaping st_log, _ data: HostData) {
        unsafe self.function = function
        self.data = data
    }

    func write(_ level: EventLevel, _ line: Text) {
        let text = CText(line)
        withExtendedLifetime(text) { unsafe function(level.rawValue, text.pointer, data.pointer) }
    }
}
