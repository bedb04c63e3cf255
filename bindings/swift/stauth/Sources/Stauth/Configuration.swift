internal import CStauth

/// Where an ``App`` gets its settings from.
///
/// Without a file, TOML and settings that is the file that the environment variable `STAUTH_SECRETS` names, otherwise
/// `.streamlit/secrets.toml`.
public struct Configuration: Sendable {
    /// Sends a request to a provider, without blocking its thread, and gives the reply.
    public typealias Client = @Sendable (Exchange) async throws -> Reply
    /// Receives an event, a line of logfmt without secrets.
    public typealias Log = @Sendable (LogLevel, String) -> Void

    /// The path of a `secrets.toml`.
    public var file: String?
    /// The text of a `secrets.toml`.
    public var toml: String?
    /// Keys and values that replace those of the file: `["auth.port": "8501"]`.
    public var settings: [String: String]
    /// Sends the requests to providers. It must obey what the ``Exchange`` carries. Without one, the library's own client
    /// sends them, on a thread that waits meanwhile.
    public var client: Client?
    /// Receives the library's events, on any thread. Without one they go to stderr: warnings and errors, or what the
    /// environment variable `STAUTH_LOG` says ("info", "warning" or "error").
    public var log: Log?

    /// Settings, and functions of the program's that the library calls.
    public init(
        file: String? = nil, toml: String? = nil, settings: [String: String] = [:], client: Client? = nil,
        log: Log? = nil
    ) {
        (self.file, self.toml, self.settings, self.client, self.log) = (file, toml, settings, client, log)
    }

    /// Makes an application of the library's from it.
    func apply() throws(StauthError) -> Ticket {
        let builder = try unsafe make { out, failure in unsafe st_config_new(out, failure) }
        defer { unsafe st_config_free(builder.handle) }
        if let file = file ?? usualFile {
            let path = try checked(file) as String
            try unsafe call { failure in unsafe st_config_load_file(builder.handle, path, failure) }
        }
        if let toml {
            try unsafe lend([UInt8](toml.utf8)) { bytes, length throws(StauthError) in
                try unsafe call { failure in unsafe st_config_load_toml(builder.handle, bytes, length, failure) }
            }
        }
        for (key, value) in settings {
            let (key, value) = try (checked(key) as String, checked(value) as String)
            try unsafe call { failure in unsafe st_config_set(builder.handle, key, value, failure) }
        }
        try setLog(log ?? standardLog(), of: builder)
        let hasClient: Int32 = client == nil ? 0 : 1
        try unsafe call { failure in unsafe st_config_set_event_loop(builder.handle, hasClient, failure) }
        return try unsafe make { out, failure in unsafe st_app_new(builder.handle, out, failure) }
    }

    private var usualFile: String? {
        guard toml == nil, settings.isEmpty else { return nil }
        return environment("STAUTH_SECRETS") ?? ".streamlit/secrets.toml"
    }
}
