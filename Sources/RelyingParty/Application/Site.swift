import Basics
import Cookies
import Settings

/// The site that the host serves, and the library's paths on it.
struct Site: Sendable {
    /// Any URL of it.
    let url: AbsoluteURL
    /// The host's start page.
    let home: Text
    let loginPath: Text
    let logoutPath: Text
    let callbackPaths: [Text]
    private let ownPaths: OwnPaths

    init(_ settings: Settings) {
        url = settings.site
        home = settings.basePath + "/"
        loginPath = settings.loginPath
        logoutPath = settings.logoutPath
        callbackPaths = settings.callbackPaths
        ownPaths = OwnPaths(settings)
    }

    /// The path for a return target: never one of the library's own, where a login could begin again and again. Without a
    /// target it is the host's start page.
    func path(of target: ReturnTarget?) -> Text {
        guard let target, !ownPaths.mayBeReached(by: target.decodedPath) else { return home }
        return target.text
    }

    /// A return target that makes the address too long for a request is left out: then it is the host's start page.
    func loginPath(with fields: [FormEncoding.Field]) -> Text {
        let path = FormEncoding.encode(fields, inQueryAfter: loginPath, "?")
        guard path.count > HeaderBudget.longestPath else { return path }
        return FormEncoding.encode(fields.filter { $0.name != "return_to" }, inQueryAfter: loginPath, "?")
    }

    /// Whether an address is where some provider sends users back to.
    func isCallback(_ address: AbsoluteURL) -> Bool {
        address.origin == url.origin && callbackPaths.contains(address.path)
    }
}
