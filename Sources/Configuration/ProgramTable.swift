package import Basics
import TOML

/// A table of a configuration file beside [auth], with the settings of a program.
package enum ProgramTable {
    /// Reads the table called `name`, or an empty one. `known`: its keys. The failure's message has a line for each problem.
    package static func read<Value>(
        _ name: Text, ofFile path: Text, known: [Text], _ body: (Section) -> Value?
    ) throws(Failure) -> Value {
        let bytes = try ConfigurationFile.read(path, limit: TOMLTable.longestDocument)
        let file = ConfigurationOrigin(source: path, folder: ConfigurationFile.folder(of: path), position: nil)
        let problems = Problems()
        let section = try section(name, TOMLTable(parsing: bytes, source: path), file, problems)
        for entry in section.entries where !known.contains(entry.key) { section.reportUnknown(entry.key, known: known) }
        guard let value = body(section), problems.isEmpty else { throw problems.failure }
        return value
    }

    private static func section(
        _ name: Text, _ document: TOMLTable, _ file: ConfigurationOrigin, _ problems: Problems
    ) throws(Failure) -> Section {
        guard let entry = document[name] else {
            return Section(name: name, entries: [], origin: file, problems: problems)
        }
        let origin = ConfigurationOrigin(source: file.source, folder: file.folder, position: entry.position)
        guard case .table(let table) = entry.value else {
            throw Failure(
                .configurationInvalid, "\(origin.prefix)\(name): must be a table; begin it with a line [\(name)]")
        }
        return Section(
            name: name, entries: [ConfigurationEntry](table, from: origin), origin: origin, problems: problems)
    }
}
