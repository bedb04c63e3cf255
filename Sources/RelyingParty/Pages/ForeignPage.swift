package import Basics
import Settings

extension HostRequest {
    /// Makes the response a page that looks like the library's own, in English. For a program in front of an app, when the
    /// app does not answer.
    package func answer(status: Int32, title: Text, sentence: Text) {
        let mine = visit.pages
        let pages = Pages(
            appearance: mine.appearance, language: .english, home: mine.home, chooser: mine.chooser, logout: mine.logout
        )
        let body: Text = "<h1>\(HTML.escape(title))</h1>\n<p>\(HTML.escape(sentence))</p>"
        let page = pages.page(
            HTML.escape(title), body, status: status, referrerPolicy: "no-referrer", formsStay: true)
        take(Answer(page))
    }
}
