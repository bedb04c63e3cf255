import Platform

/// Runs `body` with the library's one lock held. For short work on memory: `body` must neither wait nor call out.
package func withLock<Result>(_ body: () -> Result) -> Result {
    platform_lock()
    defer { platform_unlock() }
    return body()
}

/// Runs `body`, during which no other thread of the process forks: a child would find the locks that it takes, in OpenSSL
/// or the loader, held for good. For work that does not wait.
package func withoutForks<Result, Error>(_ body: () throws(Error) -> Result) throws(Error) -> Result {
    platform_defer_forks()
    defer { platform_admit_forks() }
    return try body()
}
