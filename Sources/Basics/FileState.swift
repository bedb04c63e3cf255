import Platform

/// Distinguishes the states of a file or folder: changing its bytes or entries changes this.
package struct FileState: Equatable, Sendable {
    private let device, inode, size: UInt64
    /// Nanoseconds since 1970.
    private let modified, changed: Int64

    /// Of what is at `path`, a C string; nil if nothing is.
    package init?(at path: UnsafePointer<CChar>) {
        var state = platform_file_state()
        guard unsafe platform_get_file_state(path, &state) else { return nil }
        (device, inode, size) = (state.device, state.inode, state.size)
        (modified, changed) = (state.modified, state.changed)
    }
}
