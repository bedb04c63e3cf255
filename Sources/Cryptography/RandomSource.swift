package import Basics
import COpenSSL

/// Where unpredictable bytes come from.
package protocol RandomSource: AnyObject, Sendable {
    func bytes(_ count: Int) throws(Failure) -> [UInt8]
}

/// OpenSSL's generator, which reseeds itself in a forked child.
package final class SystemRandomSource: RandomSource {
    package init() {}

    package func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        guard let length = Int32(exactly: count) else {
            throw Failure(.randomnessUnavailable, "too many random bytes were asked for")
        }
        var output = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&output, length) == 1 else {
            ERR_clear_error()
            throw Failure(.randomnessUnavailable, "OpenSSL's random generator gave nothing")
        }
        return output
    }
}
