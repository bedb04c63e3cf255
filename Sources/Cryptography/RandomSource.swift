package import Basics
import Platform

/// A source of unpredictable bytes.
package protocol RandomSource: AnyObject, Sendable {
    func bytes(_ count: Int) throws(Failure) -> [UInt8]
}

/// The kernel's generator: it has no state in the process that a fork() could duplicate, and no lock.
package final class SystemRandomSource: RandomSource {
    /// Far more than any caller requests.
    private static let most = 1024 * 1024

    package init() {}

    package func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        guard (0...Self.most).contains(count) else {
            throw Failure(.randomnessUnavailable, "too many random bytes were requested")
        }
        var output = [UInt8](repeating: 0, count: count)
        guard unsafe platform_random(&output, count) else {
            throw Failure(.randomnessUnavailable, "the kernel's random generator returned nothing")
        }
        return output
    }
}
