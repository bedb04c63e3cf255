import Basics
import Transport

/// Reads how a provider is reached.
struct ConnectionReader {
    private static let range: ClosedRange<Int64> = 100...120_000

    private let section: Section
    private let shared: ConnectionSettings

    init(_ section: Section, over shared: ConnectionSettings) {
        self.section = section
        self.shared = shared
    }

    /// The settings of `section`, supplemented by those of `shared`.
    func read() -> ConnectionSettings {
        var connection = shared
        let timeout = { (key: Text) in section.duration(key, in: Self.range, "100 milliseconds to 2 minutes") }
        connection.timeout = timeout("timeout") ?? connection.timeout
        connection.connectTimeout = min(timeout("connect_timeout") ?? connection.connectTimeout, connection.timeout)
        // "" means the system's certificates, for a provider that is an exception.
        if let file = section.text("ca_file") {
            connection.certificateAuthorityFile = file.isEmpty ? nil : Self.certificates(file, "ca_file", section)
        }
        if let proxy = section.text("http_proxy") { connection.proxy = self.proxy(proxy) }
        return connection
    }

    /// The path of the file that `key` names.
    static func certificates(_ file: Text, _ key: Text, _ section: Section) -> Text {
        let path = ConfigurationFile.resolve(file, in: section[key]?.origin.folder ?? "")
        do throws(Failure) {
            let bytes = try ConfigurationFile.read(path, limit: 1 << 20)
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            if !lines.contains(where: { $0.starts(with: Text("-----BEGIN CERTIFICATE-----").bytes) }) {
                section.report(key, "contains no certificate (-----BEGIN CERTIFICATE-----)")
            }
        } catch {
            section.report(key, error.message)
        }
        return path
    }

    /// "" means none.
    private func proxy(_ text: Text) -> AbsoluteURL? {
        guard !text.isEmpty else { return nil }
        guard let proxy = AbsoluteURL(text), proxy.path.isEmpty || proxy.path == "/", proxy.query == nil else {
            section.report(
                "http_proxy",
                "must be the proxy's URL without user name or password, such as \"http://proxy.example.com:3128\"")
            return nil
        }
        return proxy
    }
}
