import CJansson
import Platform

/// Has jansson make the seed of its hash tables, if it has none yet. Left to itself it makes one in the midst of its first
/// use, and a child that another thread forks meanwhile would wait for it in vain: here it is made under our lock, which
/// fork() waits for.
func seedJansson() {
    _ = unsafe platform_kept(UInt32(PLATFORM_KEPT_JSON_SEED), makeSeed)
}

/// The address names nothing; it says that there is a seed.
private func makeSeed(_: UInt32) -> UnsafeMutableRawPointer? {
    json_object_seed(0)
    return unsafe UnsafeMutableRawPointer(bitPattern: 1)
}
