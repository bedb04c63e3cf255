package import Basics
package import Settings
import TOML

/// Builder for an application's settings: everything loaded and set so far, unchecked.
///
/// Only `settings()` checks keys and values, so it can report all problems at once. A load or set that fails changes
/// nothing.
package final class Configuration {
    /// The [auth] table.
    private var auth: [ConfigurationEntry] = []
    /// Where the [auth] table first occurred.
    private var origin: ConfigurationOrigin?
    /// The sources without an [auth] table, for the message when settings are missing.
    private var sourcesWithoutAuth: [Text] = []

    /// How many keys a table may have.
    private static let mostKeys = 1000

    package init() {}

    /// Another one with the same content.
    package func copy() -> Configuration {
        let copy = Configuration()
        (copy.auth, copy.origin, copy.sourcesWithoutAuth) = (auth, origin, sourcesWithoutAuth)
        return copy
    }

    /// Reads the [auth] table of a file. Later keys override earlier ones.
    package func load(file path: Text) throws(Failure) {
        let bytes = try ConfigurationFile.read(path, limit: TOMLTable.longestDocument)
        try load(bytes, ConfigurationOrigin(source: path, folder: ConfigurationFile.folder(of: path), position: nil))
    }

    /// The same from memory, with paths relative to the working directory.
    package func load(toml bytes: [UInt8], named source: Text = "(toml)") throws(Failure) {
        try load(bytes, ConfigurationOrigin(source: source, folder: "", position: nil))
    }

    private func load(_ bytes: [UInt8], _ source: ConfigurationOrigin) throws(Failure) {
        let document = try TOMLTable(parsing: bytes, source: source.source)
        guard let entry = document["auth"] else {
            sourcesWithoutAuth.append(source.source)
            return
        }
        let origin = ConfigurationOrigin(source: source.source, folder: source.folder, position: entry.position)
        guard case .table(let table) = entry.value else {
            throw Failure(.configurationInvalid, "\(origin.prefix)auth: must be a table; begin it with a line [auth]")
        }
        try add([ConfigurationEntry](table, from: origin), from: origin)
    }

    /// Sets one key, named as in TOML: "auth.port", "auth.google.client_id".
    package func set(key: Text, value: Text) throws(Failure) {
        let path = try DottedKey(key)
        var entry = ConfigurationEntry(key: path.last, value: DottedKey.value(of: value), origin: .program)
        for name in path.sections.reversed() {
            entry = ConfigurationEntry(key: name, value: .table([entry]), origin: .program)
        }
        try add([entry], from: .program)
    }

    private func add(_ entries: [ConfigurationEntry], from origin: ConfigurationOrigin) throws(Failure) {
        // Both before and after: merging searches all keys for each one.
        try Self.checkSize(entries)
        var joined = auth
        joined.merge(entries)
        try Self.checkSize(joined)
        auth = joined
        self.origin = self.origin ?? origin
    }

    private static func checkSize(_ entries: [ConfigurationEntry]) throws(Failure) {
        guard entries.count <= mostKeys else {
            throw Failure(.configurationInvalid, "[auth]: the table, or one inside it, has more than \(mostKeys) keys")
        }
        for entry in entries {
            if case .table(let entries) = entry.value { try checkSize(entries) }
        }
    }

    /// Checks everything. The failure's message has a line for each problem.
    package func settings() throws(Failure) -> Settings {
        guard let origin else { throw nothingGiven }
        let problems = Problems()
        let section = Section(name: "auth", entries: auth, origin: origin, problems: problems)
        guard let settings = SettingsReader(section).read(), problems.isEmpty else { throw problems.failure }
        return settings
    }

    private var nothingGiven: Failure {
        let place = sourcesWithoutAuth.isEmpty ? "" : "\(sourcesWithoutAuth.joined(with: ", ")): " as Text
        return Failure(
            .configurationInvalid,
            """
            \(place)there is no [auth] table; write one with redirect_uri, cookie_secret and a provider's client_id, \
            client_secret and server_metadata_url
            """)
    }
}
