import Basics

extension Pages {
    /// The end of a native program's login: nothing is left to do in the browser.
    func signedIn() -> OutgoingResponse {
        page(.signedInTitle, "<h1>\(text(.signedInTitle))</h1>\n<p>\(text(.signedInText))</p>", status: 200)
    }
}
