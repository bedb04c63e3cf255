import Basics
import CStauth
import Cryptography
import Environment
import RelyingParty

// The host's own clock, random source and log. The host sees to it that its function and user data are fit for every
// thread that it calls the library from.

@safe
final class HostClock: Clock, @unchecked Sendable {
    private let function: st_clock
    private let userData: UnsafeMutableRawPointer?

    init(_ function: @escaping st_clock, _ userData: UnsafeMutableRawPointer?) {
        unsafe self.function = function
        unsafe self.userData = userData
    }

    func seconds() -> Int64 { unsafe function(userData) }
}

@safe
final class HostRandomSource: RandomSource, @unchecked Sendable {
    private let function: st_random
    private let userData: UnsafeMutableRawPointer?

    init(_ function: @escaping st_random, _ userData: UnsafeMutableRawPointer?) {
        unsafe self.function = function
        unsafe self.userData = userData
    }

    func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe function(&bytes, count, userData) == 0 else {
            throw Failure(.randomnessUnavailable, "the host's random function failed")
        }
        return bytes
    }
}

@safe
final class HostEventLog: EventLog, @unchecked Sendable {
    private let function: st_log
    private let userData: UnsafeMutableRawPointer?

    init(_ function: @escaping st_log, _ userData: UnsafeMutableRawPointer?) {
        unsafe self.function = function
        unsafe self.userData = userData
    }

    func write(_ level: EventLevel, _ line: Text) {
        let text = CText(line)
        withExtendedLifetime(text) { unsafe function(level.rawValue, text.pointer, userData) }
    }
}
