import CJansson
import Platform

/// Has jansson make the seed of its hash tables, unless there is one. jansson would make it during its first use, and a
/// child forked by another thread at that moment would wait for it for ever: here it is made under our lock, and fork()
/// waits for that.
func seedJansson() {
    _ = unsafe platform_kept(UInt32(PLATFORM_KEPT_JSON_SEED), makeSeed)
}

/// The address means nothing; it shows that there is a seed.
private func makeSeed(_: UInt32) -> UnsafeMutableRawPointer? {
    json_object_seed(0)
    return unsafe UnsafeMutableRawPointer(bitPattern: 1)
}
