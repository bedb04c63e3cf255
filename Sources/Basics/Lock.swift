import Platform

/// Runs `body` with the library's one lock held. For short work on memory: nothing in it may wait or call out.
package func withLock<Result>(_ body: () -> Result) -> Result {
    platform_lock()
    defer { platform_unlock() }
    return body()
}
