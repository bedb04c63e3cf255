import Basics
import Platform

/// The certificate authorities that this process has read: each place once for all applications, and again when its content
/// has changed. The library's lock guards all state.
final class AuthorityCache: @unchecked Sendable {
    static var shared: AuthorityCache {
        guard let kept = unsafe platform_kept(UInt32(PLATFORM_KEPT_AUTHORITIES), makeShared) else {
            return AuthorityCache()
        }
        return unsafe Unmanaged<AuthorityCache>.fromOpaque(kept).takeUnretainedValue()
    }

    /// Few providers have their own authorities; the system's are one place.
    static var capacity: Int { 8 }
    /// Milliseconds. Longer than any disk takes.
    private static var longestWait: Int64 { 10_000 }

    /// The most recently used one is last.
    private var read: [Authorities] = []
    /// The process generation in which a thread is reading: one from before a fork() never ends here.
    private var readingIn: UInt64?
    private var readings: UInt64 = 0

    /// How many times authorities were read.
    var readCount: UInt64 { withLock { readings } }
    var count: Int { withLock { read.count } }

    private enum Step {
        case use(Authorities)
        case read
        case waited
    }

    /// Nil if the places cannot be read now.
    func authorities(at places: AuthorityPlaces) throws(Failure) -> Authorities? {
        // Before they are read: a change in between is then noticed next time.
        let state = try Authorities.State(of: places)
        let deadline = platform_monotonic_clock() + Self.longestWait
        while true {
            switch withLock({ nextStep(places, state, deadline) }) {
            case .use(let authorities): return authorities
            case .read: return try readAuthorities(at: places, in: state)
            case .waited: continue
            }
        }
    }

    /// With the lock held, which it may release to wait for another reading thread.
    private func nextStep(_ places: AuthorityPlaces, _ state: Authorities.State, _ deadline: Int64) -> Step {
        if let index = read.firstIndex(where: { $0.isCurrent(at: places, in: state) }) {
            let found = read.remove(at: index)
            read.append(found)
            return .use(found)
        }
        if readingIn == platform_fork_count(), platform_monotonic_clock() < deadline {
            platform_wait(deadline)
            return .waited
        }
        readingIn = platform_fork_count()
        readings += 1
        return .read
    }

    private func readAuthorities(
        at places: AuthorityPlaces, in state: Authorities.State
    ) throws(Failure) -> Authorities? {
        defer {
            withLock {
                readingIn = nil
                platform_wake_all()
            }
        }
        // OpenSSL takes locks, and a child would find them taken.
        let read = try withoutForks { () throws(Failure) in try Authorities(at: places, in: state) }
        guard let new = read else { return nil }
        // Dropped entries are freed outside the lock.
        _ = withLock {
            let old = self.read
            self.read = old.filter { $0.places != places } + [new]
            if self.read.count > Self.capacity { self.read.removeFirst() }
            return old
        }
        return new
    }
}

/// Called with the lock held.
private func makeShared(_: UInt32) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged.passRetained(AuthorityCache()).toOpaque()
}
