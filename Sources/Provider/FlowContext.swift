package import Basics
package import Cryptography
package import Environment
package import OpenIDConnect
import Transport

/// The context of one flow from start to end: the time that it began, its environment, and the confidential data that it has
/// sent. A flow reads no other clock and sends in no other way. Belongs to one thread.
package struct FlowContext {
    package let now: Now
    package let environment: Environment
    package let secrets = SentSecrets()

    package init(_ environment: Environment, now: Now) {
        self.environment = environment
        self.now = now
    }

    package var random: any RandomSource { environment.random }

    package func report(_ event: @autoclosure () -> Event) { environment.report(event()) }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        try environment.transport.send(request, within: limits)
    }

    /// 128 random bits, for a "jti".
    package func newID() throws(Failure) -> Text { Base64URL.encode(try random.bytes(16)) }
}
