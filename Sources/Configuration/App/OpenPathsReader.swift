import Basics
import Settings

/// Reads require_login and open_paths.
struct OpenPathsReader {
    private let section: Section

    init(_ section: Section) {
        self.section = section
    }

    /// The pages that need no login; nil if none does.
    func read() -> OpenPaths? {
        let isRequired = section.boolean("require_login") ?? false
        let paths = section.texts("open_paths") ?? []
        for problem in paths.compactMap(OpenPaths.problem) { section.report("open_paths", problem) }
        if section.has("open_paths"), !isRequired {
            section.report("open_paths", "has no effect without require_login = true; write that, or remove the key")
        }
        return isRequired ? OpenPaths(paths) : nil
    }
}
