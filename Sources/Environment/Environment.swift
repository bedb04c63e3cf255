import Basics
package import Cryptography
package import Transport

/// The services that an application gets from outside, so tests can supply their own.
package struct Environment: Sendable {
    package var clock: any Clock
    package var random: any RandomSource
    /// Nil without a listener.
    package var log: (any EventLog)?
    package var statistics: Statistics?
    /// Nil if the host sends requests itself, from its event loop: flows then stop at each.
    package var transport: (any Transport)?
    /// Nil if sessions are in cookies.
    package var store: (any SessionStore)?
    /// For the log, during one request.
    package var requester = Requester()

    package init(
        clock: any Clock, random: any RandomSource, log: (any EventLog)?, transport: (any Transport)?,
        store: (any SessionStore)? = nil
    ) {
        self.clock = clock
        self.random = random
        self.log = log
        self.transport = transport
        self.store = store
    }

    /// The event is created only if somebody wants it.
    package func report(_ event: @autoclosure () -> Event) {
        guard statistics != nil || log != nil else { return }
        let event = event()
        statistics?.count(event)
        log?.write(event.level, event.line(of: requester))
    }
}
