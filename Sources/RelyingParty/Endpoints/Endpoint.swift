import Basics
import Environment
import Settings

/// One of the library's own paths. To add one, add a file in this folder and a row of `table`.
struct Endpoint: Sendable {
    let path: Text
    /// The methods that it accepts, also for the header Allow.
    let methods: [Text]
    /// Whether the answer may wait for the network.
    let mayBlock: @Sendable (HostRequest) -> Bool
    let answer: @Sendable (HostRequest, Now) -> Void
    /// How the log reports a refusal; the name is the provider's, if known.
    let refusal: @Sendable (Failure, Text?) -> Event

    static func table(_ settings: Settings) -> [Endpoint] {
        [login(settings), logout(settings)] + callbacks(settings)
    }
}

extension Application {
    /// Nil for a page of the host's.
    func endpoint(at path: Text) -> Endpoint? { endpoints.first { $0.path == path } }
}
