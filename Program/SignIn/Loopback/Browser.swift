/// The browser of this machine's user.
enum Browser {
    /// Whether it was asked to open the address.
    static func open(_ address: String) -> Bool {
        guard Surroundings.value("DISPLAY") != nil || Surroundings.value("WAYLAND_DISPLAY") != nil,
            // Whatever else an address may begin with, it could start any program.
            address.hasPrefix("https://") || address.hasPrefix("http://"),
            let program = ChildProcess.find("xdg-open")
        else { return false }
        return ChildProcess.leave(program, [address])
    }
}
