package import Basics
import Environment
import Session
package import Settings

/// Which pages of the host's are closed, and what it asks about them.
extension HostRequest {
    /// Whether it is for one of the library's own paths, and no page of the host's.
    package var isForLibrary: Bool { endpoint != nil }

    /// Whether a browser loads a page by this request.
    package var loadsPage: Bool { incoming.loadsPage }

    /// Adds a path by which the host chooses the page, for begin() to judge instead of the target's.
    package func addRoutedPath(_ path: [UInt8]) throws(Failure) {
        try requireNotBegun()
        incoming.routedPaths.append(path)
    }

    /// Whether the host may make its page. If the library has answered before, that answer stays.
    ///
    /// `path`: the one that the host routes by, decoded; nil for a page that needs a login wherever it is. `openPaths`:
    /// those that need no login; nil for the settings'.
    package func requireLogin(at path: [UInt8]?, openPaths: OpenPaths?) throws(Failure) -> Step {
        try recordingFailure { () throws(Failure) in
            try requireBegun()
            if responseStatus != 0 { return .respond }
            if pending != nil { return .wait }
            if incoming.isPreflight { return .proceed }
            if let path {
                guard let openPaths = openPaths ?? application.settings.openPaths else { return .proceed }
                if openPaths.contains(path) { return .proceed }
            }
            _ = readUser()
            let now = try Now(application.environment.clock)
            return try start(FlowRun(environment, now, for: .page, Gate(visit: visit).run))
        }
    }

    /// Whether the page needs a login by the settings. A preflight is not about the page.
    var isClosed: Bool {
        guard native == nil, let openPaths = application.settings.openPaths, !incoming.isPreflight else { return false }
        let paths = incoming.routedPaths
        return !(paths.isEmpty ? [FormEncoding.decodePath(incoming.path)] : paths).allSatisfy(openPaths.contains)
    }

    /// What begin() does about a closed page. That depends on the user from here on.
    func gateRun(_ now: Now) -> FlowRun {
        _ = readUser()
        return FlowRun(environment, now, Gate(visit: visit).answer)
    }

    /// Whether that would wait for the network.
    var gateMayBlock: Bool {
        guard isClosed, loadsPage, visit.loginMayBlock(provider: nil), let now = try? Now(application.environment.clock)
        else { return false }
        return application.sessionReader.open(incoming.cookies, now) == nil
    }
}

extension Application {
    /// Whether pages need a login, as the settings have it.
    package var requiresLogin: Bool { settings.openPaths != nil }
}
