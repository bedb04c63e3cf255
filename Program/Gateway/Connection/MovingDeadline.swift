import NIOCore

/// A deadline that moves with each sign of life, on one timer. Belongs to one event loop.
final class MovingDeadline {
    private let loop: any EventLoop
    private let action: () -> Void
    private var deadline: NIODeadline?
    private var timer: (time: NIODeadline, task: Scheduled<Void>)?

    init(_ loop: any EventLoop, _ action: @escaping () -> Void) {
        (self.loop, self.action) = (loop, action)
    }

    /// The action runs after this time, unless the deadline moves.
    func set(_ time: TimeAmount) {
        let new = NIODeadline.now() + time
        deadline = new
        if let timer {
            guard timer.time > new else { return }
            timer.task.cancel()
        }
        schedule(new)
    }

    func clear() { deadline = nil }

    /// Leaves no timer.
    func end() {
        deadline = nil
        timer?.task.cancel()
        timer = nil
    }

    private func schedule(_ time: NIODeadline) {
        timer = (time, loop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in self?.check() })
    }

    private func check() {
        timer = nil
        guard let deadline else { return }
        guard deadline <= NIODeadline.now() else { return schedule(deadline) }
        self.deadline = nil
        action()
    }
}
