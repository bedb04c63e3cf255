import Basics

/// Whose a request is: the host's, or one of the library's own paths.
enum Route {
    case page
    case login
    case callback
    case logout

    init(_ path: Text, _ settings: Settings) {
        switch path {
        case settings.callbackPath: self = .callback
        case settings.loginPath: self = .login
        case settings.logoutPath: self = .logout
        default: self = .page
        }
    }

    /// The methods that a path of the library's takes.
    var methods: [Text] {
        switch self {
        case .page: []
        case .callback: ["GET"]
        case .login, .logout: ["GET", "POST"]
        }
    }
}
