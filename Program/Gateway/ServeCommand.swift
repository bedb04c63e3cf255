import ArgumentParser
import Basics
import Environment
import Glibc
import Terminal

/// `stauth serve`: the gateway.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Guard an app: as a proxy before it, or for nginx, Caddy, HAProxy and Traefik.",
        discussion: """
            Reads [auth] and [gateway] of the file. SIGHUP reads it anew; SIGTERM ends the program once the requests in \
            progress are answered. docs/gateway.md describes the settings.
            """)

    @Argument(help: "The configuration file.", completion: .file(extensions: ["toml"]))
    var file = "secrets.toml"

    @Flag(help: "Only check the settings.")
    var check = false

    func run() throws {
        let signals = Signals()
        do throws(Failure) {
            let gateway = try Gateway(file: Text(file))
            if check { return Output.note("\(file) is fine.") }
            serve(gateway, signals)
        } catch {
            Output.note(error.forPeople)
            throw ExitCode.failure
        }
    }

    private func serve(_ gateway: Gateway, _ signals: Signals) {
        raiseFileLimit()
        do {
            try gateway.start(Systemd.sockets())
        } catch {
            Output.note("cannot listen at \(gateway.site.settings.listen.description): \(error)")
            Self.exit(withError: ExitCode.failure)
        }
        if let name = gateway.site.settings.operationsListen { startOperations(gateway, at: name) }
        GatewayLog.shared.report(.info, "listening", gateway.addresses.joined(with: " "))
        Systemd.ready()
        while signals.next() == SIGHUP {
            Systemd.reloading()
            gateway.reload()
            Systemd.ready()
        }
        Systemd.stopping()
        GatewayLog.shared.report(.info, "stopping")
        gateway.stop()
        Self.exit()
    }

    private func startOperations(_ gateway: Gateway, at name: SocketName) {
        Task.detached {
            do {
                try await Operations(gateway: gateway).run(at: name)
            } catch {
                let reason: String = "\(name.description): \(error)"
                GatewayLog.shared.report(.error, "operations_failed", Text(reason))
                Glibc.exit(1)
            }
        }
    }
}

/// Where the handler writes the number of each signal. Set once, before there is a handler.
nonisolated(unsafe) private var signalPipe: CInt = -1

/// Waits for the signals that a service gets. Other threads exist before a command runs, so blocking them here would not do.
private struct Signals {
    private let reading: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        unsafe pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        reading = ends[0]
        unsafe signalPipe = ends[1]
        for number in [SIGHUP, SIGTERM, SIGINT] {
            signal(number) { number in
                var byte = UInt8(truncatingIfNeeded: number)
                _ = unsafe write(signalPipe, &byte, 1)
            }
        }
        signal(SIGPIPE, SIG_IGN)
    }

    func next() -> CInt {
        var byte: UInt8 = 0
        while unsafe read(reading, &byte, 1) != 1 {
            if errno != EINTR { return SIGTERM }
        }
        return CInt(byte)
    }
}
