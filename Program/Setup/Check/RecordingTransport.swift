import Basics
import Terminal
import Transport

/// The library's own transport. It keeps the answers, for questions that the library does not ask. One thread uses it.
final class RecordingTransport: Transport, @unchecked Sendable {
    private let transport = CurlTransport(userAgent: RecordingTransport.userAgent)
    private var answers: [(url: Text, response: HTTPResponse)] = []

    static var userAgent: Text { "stauth-check/" + Text(programVersion) }

    func send(_ request: HTTPRequest, within limits: ConnectionSettings) throws(Failure) -> HTTPResponse {
        let response = try transport.send(request, within: limits)
        answers.append((request.url.text, response))
        return response
    }

    /// The last answer to a request for this document.
    func answer(from url: AbsoluteURL) -> HTTPResponse? {
        answers.last { $0.url == url.text }?.response
    }
}
