internal import CStauth

/// Closes a site to all but signed-in users, except for open paths: "/health" is that path alone, "/static/" that folder
/// and everything below it.
///
/// With `require_login` in the settings, the library does so already.
public final class Gate: Sendable {
    let ticket: Ticket

    /// A path that could never match, such as "health", is an error.
    public init(openPaths: [String]) throws(StauthError) {
        var block: [UInt8] = []
        var starts: [Int] = []
        for path in openPaths {
            starts.append(block.count)
            block += Array(try checked(path).utf8) + [0]
        }
        ticket = try unsafe lend(block) { text, _ throws(StauthError) in
            var paths = unsafe starts.map { start in unsafe text.map { unsafe $0 + start } }
            return try unsafe make { out, failure in unsafe st_gate_new(&paths, starts.count, out, failure) }
        }
    }

    deinit {
        unsafe st_gate_free(ticket.handle)
    }
}
