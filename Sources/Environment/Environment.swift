import Basics
package import Cryptography
package import Transport

/// What an application takes from outside, so that tests can bring their own.
package struct Environment: Sendable {
    package var clock: any Clock
    package var random: any RandomSource
    /// Nil for nobody who listens.
    package var log: (any EventLog)?
    package var transport: any Transport

    package init(clock: any Clock, random: any RandomSource, log: (any EventLog)?, transport: any Transport) {
        self.clock = clock
        self.random = random
        self.log = log
        self.transport = transport
    }

    /// The event is made only if somebody listens.
    package func report(_ event: @autoclosure () -> Event) {
        guard let log else { return }
        let event = event()
        log.write(event.level, event.line)
    }
}
