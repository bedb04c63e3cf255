import Basics
public import CStauth
import Configuration
import Platform
import RelyingParty
import Session

/// The applications of st_app_shared(), one for each file. They live as long as the process.
private final class SharedApplications: @unchecked Sendable {
    struct Shared {
        let path: Text
        /// That of the file when it was last read; nil if there was none.
        var state: FileState?
        var app: AppObject
        /// Where the sessions are with session_store = "memory".
        let memoryStore: MemoryStore
    }

    /// A host has few of them, and none is ever removed.
    private static let most = 100

    static var all: SharedApplications? {
        guard let kept = unsafe platform_kept(UInt32(PLATFORM_KEPT_APPLICATIONS), makeAll) else { return nil }
        return unsafe Unmanaged<SharedApplications>.fromOpaque(kept).takeUnretainedValue()
    }

    // Guarded by the lock.
    private var all: [Shared] = []

    /// The application for a file, made anew if the file is in another state. Threads that notice a change at the same time
    /// all read the file; the application that is ready first is kept.
    func app(for path: Text, in state: FileState?, _ config: ConfigObject) throws(Failure) -> AppObject {
        let former = withLock { all.first { $0.path == path } }
        if let former, former.state == state { return former.app }
        let store = former?.memoryStore ?? MemoryStore(log: config.log)
        do throws(Failure) {
            let application = try config.makeApplication(
                adding: path, succeeding: former?.app.application, memoryStore: store)
            return try keep(Shared(path: path, state: state, app: AppObject(application), memoryStore: store))
        } catch {
            guard var former else { throw error }
            former.app.application.report(refused: error)
            former.state = state
            return try keep(former)
        }
    }

    /// What is kept of a file, unless another thread has kept this state of it before.
    private func keep(_ new: Shared) throws(Failure) -> AppObject {
        // The former application is freed after the lock is released.
        let (kept, _) = withLock { () -> (Shared?, Shared?) in
            if let index = all.firstIndex(where: { $0.path == new.path }) {
                let former = all[index]
                if former.state != new.state { all[index] = new }
                return (all[index], former)
            }
            if all.count < Self.most { all.append(new) }
            return (all.last, nil)
        }
        guard let kept, kept.path == new.path else {
            throw Failure(.tooLarge, "there are applications for more than \(Self.most) files")
        }
        return kept.app
    }
}

/// Called with the lock held.
private func makeAll(_: UInt32) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged.passRetained(SharedApplications()).toOpaque()
}

@c @implementation
public func st_app_shared(
    _ config: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe config == nil ? ConfigObject() : try ConfigObject.of(config)
        let name = unsafe try Input.text(path, "path", limit: ConfigObject.longestPath)
        // Before the file is read: a change in between is then noticed next time.
        let state = unsafe path.flatMap { unsafe FileState(at: $0) }
        let out = unsafe try Input.output(out, "out")
        guard let all = SharedApplications.all else { throw Failure(.internalError, "out of memory") }
        unsafe out.pointee = try Handle.issue(all.app(for: name, in: state, config), .app)
    }
}
