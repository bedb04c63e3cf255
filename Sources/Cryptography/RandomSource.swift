package import Basics
import Platform

/// Where unpredictable bytes come from.
package protocol RandomSource: AnyObject, Sendable {
    func bytes(_ count: Int) throws(Failure) -> [UInt8]
}

/// The kernel's generator: it has no state in the process that a fork() could double, and no lock.
package final class SystemRandomSource: RandomSource {
    package init() {}

    package func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        guard unsafe platform_random(&output, count) else {
            throw Failure(.randomnessUnavailable, "the kernel's random generator gave nothing")
        }
        return output
    }
}
