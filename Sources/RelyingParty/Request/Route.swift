import Basics
import OpenIDConnect
import Settings

/// Whose a request is: the host's, or one of the library's own paths.
enum Route {
    case page
    case login
    /// Where some provider, or several, send users back to.
    case callback
    case logout

    init(_ path: Text, _ settings: Settings) {
        switch path {
        case settings.loginPath: self = .login
        case settings.logoutPath: self = .logout
        default: self = settings.callbackPaths.contains(path) ? .callback : .page
        }
    }

    /// The methods that a path of the library's takes. A callback takes GET, which is also the way back from a logout, and
    /// POST if a provider was asked for that.
    func methods(_ path: Text, _ settings: Settings) -> [Text] {
        switch self {
        case .page: []
        case .callback:
            settings.providers.contains { $0.redirectURI.path == path && $0.authorization.responseMode.isFormPost }
                ? ["GET", "POST"] : ["GET"]
        case .login, .logout: ["GET", "POST"]
        }
    }
}
