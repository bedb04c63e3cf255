import Basics
import Glibc
import NIOCore
import NIOPosix
import Terminal

/// What systemd tells a service, and wants to hear from it: sd_listen_fds(3) and sd_notify(3), which are this little.
enum Systemd {
    private static let firstDescriptor: CInt = 3
    private static let mostDescriptors: CInt = 16

    /// The sockets that it has opened for this process.
    static func sockets() -> [CInt] {
        guard let process = number("LISTEN_PID"), process == getpid(), let count = number("LISTEN_FDS"),
            (1...mostDescriptors).contains(count)
        else { return [] }
        let descriptors = Array(firstDescriptor..<firstDescriptor + count)
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptors
    }

    private static func number(_ name: String) -> CInt? { variable(name).flatMap { CInt($0) } }

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    static func ready() { notify("READY=1") }

    static func stopping() { notify("STOPPING=1") }

    /// From the beginning of a reload to `ready`.
    static func reloading() {
        notify("RELOADING=1\nMONOTONIC_USEC=\(NIODeadline.now().uptimeNanoseconds / 1000)")
    }

    private static func notify(_ text: String) {
        guard let path = variable("NOTIFY_SOCKET"), path.utf8.count > 1, path.utf8.count < 108 else { return }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            unsafe place.copyBytes(from: path.utf8)
            // In the abstract namespace.
            if path.hasPrefix("@") { unsafe place[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe sendto(descriptor, text, text.utf8.count, CInt(MSG_NOSIGNAL), pointer, length)
            }
        }
    }
}

func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// Lets the process open as many files as the system allows: each connection is one, or two.
func raiseFileLimit() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
