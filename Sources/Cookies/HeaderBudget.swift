package import Basics

/// How many bytes of a request's and a response's headers are ours, so that servers in front pass them on with their
/// defaults (docs/adr/0018-header-budgets.md).
package struct HeaderBudget: Sendable {
    /// All cookies of ours in a request, with names and separators. The smallest limit in use is 8,190 bytes for the
    /// whole line.
    static let request = 7_900
    /// The same before the cookie that says when the session was last seen, which a later response may add.
    package static let requestBeforeLastSeen = request - 120
    /// What a session leaves free of that: for a login that begins, for the return from a logout, and for the time when
    /// the user was last seen.
    private static let besideSession = 500
    /// The cookies of a session and of its tokens.
    package static let session = request - besideSession
    /// The same of a native program, which keeps them for itself.
    package static let sessionOfProgram = 60 * 1024
    /// All headers of a response of ours. nginx reads those into 4 KiB, and the host adds some.
    package static let response = 3_900
    /// The path and query of a link of ours: gunicorn takes 4,094 bytes of a request line.
    package static let longestPath = 3_500

    /// What servers let through of a Cookie header, and what optional cookies of ours may fill of it.
    private static let wholeHeader = 8_000
    private static let longestUsualHeader = 8_190
    private static let statusLine = 40
    /// ": " and a line break.
    private static let headerFraming = 4

    /// What the names of all cookies of ours begin with.
    private let prefixes: [Text]

    /// Whether Streamlit writes some of them too, which keeps to no budget of ours.
    private let areShared: Bool

    /// `shared`: what the names of Streamlit's cookies begin with, if they are ours too.
    package init(prefix: Text, shared: [Text]) {
        prefixes = [prefix] + shared
        areShared = !shared.isEmpty
    }

    /// Bytes that the cookies of ours take in this request.
    package func length(_ cookies: CookieHeader) -> Int {
        prefixes.reduce(0) { $0 + cookies.length(withPrefix: $1) }
    }

    /// Bytes that our cookies may grow by. Where a server lets more of Streamlit's through, only its own limit counts.
    package func room(_ cookies: CookieHeader) -> Int {
        let length = length(cookies)
        return areShared && length > Self.request ? roomForAll(cookies) : Self.requestBeforeLastSeen - length
    }

    /// Bytes that all cookies may grow by, the host's included, before a usual server refuses the request; as many as we
    /// read, if the server has just shown that its limit is another.
    package func roomForAll(_ cookies: CookieHeader) -> Int {
        cookies.count > Self.longestUsualHeader ? CookieHeader.longest : Self.wholeHeader - cookies.count
    }

    /// Bytes of a response with these headers, and with more of them.
    package static func length(of headers: [HTTPHeader], with more: [HTTPHeader] = []) -> Int {
        let length = { (length: Int, header: HTTPHeader) in
            length + header.name.count + header.value.count + headerFraming
        }
        return more.reduce(headers.reduce(statusLine, length), length)
    }

    /// The failure of a session that needs so many bytes of cookies.
    package static func sessionTooLarge(_ count: Int) -> Failure {
        Failure(
            .sessionTooLarge,
            """
            the user's claims need \(count) bytes of cookies and servers take \(session): choose what to keep \
            with session_claims, or have the provider send less
            """)
    }

    /// Bytes that the cookies which these headers store take in a request.
    package static func cookieLength(storedBy headers: [HTTPHeader]) -> Int {
        headers.reduce(0) { total, header in
            let line = header.value.bytes[...]
            guard header.name == "Set-Cookie", let end = line.firstIndex(of: 0x3B), line[..<end].last != 0x3D
            else { return total }
            return total + end + CookieHeader.separator
        }
    }
}
