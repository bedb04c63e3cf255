import Basics
import Configuration
import Glibc
import OpenIDConnect
import Settings
import Setup
import TOML
import Terminal

/// The settings of a web application, as this machine's user signs in with them: the redirect comes to this machine, and the
/// session stays here.
struct SignInSettings {
    /// For all that needs no browser: nobody listens there.
    private static let nowhere: UInt16 = 1

    let file: String
    /// The provider that is named, the default one, or the only one.
    private(set) var provider: Text = ""
    private let configuration: Configuration
    /// The keys that name the site, each with what follows the port.
    private let redirects: [(key: Text, path: Text)]

    init(file given: String?, provider name: String?) throws {
        let path = SettingsFile(named: given).path
        guard unsafe access(path, F_OK) == 0 else {
            throw Refusal("\(path): no such file: create one with stauth init, or name it with --file")
        }
        file = try Self.absolute(path)
        configuration = Configuration()
        do throws(Failure) {
            try configuration.load(file: Text(path))
        } catch {
            throw Refusal(String(error.message))
        }
        redirects = try Self.redirects(in: path)
        let settings = try settings(port: nil, secret: KeptSession.newSecret())
        provider = try Self.choose(name.map { Text($0) }, among: settings.providers.map { $0.name })
    }

    private static func choose(_ name: Text?, among names: [Text]) throws -> Text {
        let known = names.map { String($0) }.joined(separator: ", ")
        if let name {
            guard names.contains(name) else { throw Refusal("there is no such provider: name one of \(known)") }
            return name
        }
        if names.count == 1, let only = names.first { return only }
        guard names.contains(Settings.defaultProvider) else {
            throw Refusal("there are several providers: name one of \(known)")
        }
        return Settings.defaultProvider
    }

    private static func absolute(_ path: String) throws -> String {
        guard let resolved = unsafe realpath(path, nil) else { throw Refusal("cannot find \(path)") }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// `port`: where this machine listens; nil if it does not. `secret`: what the session is sealed with.
    func settings(port: UInt16?, secret: Text) throws -> Settings {
        let copy = configuration.copy()
        do throws(Failure) {
            for (key, path) in redirects {
                try copy.set(key: key, value: "http://127.0.0.1:\(Text(Int(port ?? Self.nowhere)))\(path)")
            }
            try copy.set(key: "auth.cookie_secret", value: secret)
            var settings = try copy.settings()
            // What only a site has.
            settings.store = .cookie
            settings.streamlitCookie = nil
            settings.deviceBinding = nil
            settings.openPaths = nil
            settings.useQuery()
            if !settings.exposedTokens.contains(.access) { settings.exposedTokens.append(.access) }
            return settings
        } catch {
            throw Refusal("\(String(error.message))\nFor more, run: stauth check --offline \(file)")
        }
    }

    // MARK: - What a site's settings say about browsers

    private static func redirects(in path: String) throws -> [(key: Text, path: Text)] {
        var redirects: [(key: Text, path: Text)] = [("auth.redirect_uri", LoopbackAddress.path)]
        let document = try TOMLTable(parsing: Array(PrivateFile.read(path).utf8), source: Text(path))
        guard case .table(let auth)? = document["auth"]?.value else { return redirects }
        if auth["cookie_origin"] != nil { redirects.append(("auth.cookie_origin", "")) }
        for entry in auth.entries {
            guard case .table(let section) = entry.value, section["redirect_uri"] != nil else { continue }
            redirects.append(("auth.\(quoted(entry.key)).redirect_uri", LoopbackAddress.path))
        }
        return redirects
    }

    /// A key as TOML quotes it.
    private static func quoted(_ key: Text) -> Text {
        let escaped = key.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(escaped)\""
    }
}

extension Settings {
    /// A form that a browser posts would need a page of another site to send it here, which browsers now ask users about.
    fileprivate mutating func useQuery() {
        for index in providers.indices {
            let mode = providers[index].client.authorization.responseMode
            guard mode.isFormPost else { continue }
            providers[index].client.authorization.responseMode = mode.isSigned ? .queryJWT : .query
        }
    }
}

/// Where a browser on this machine comes back to.
enum LoopbackAddress {
    static var path: Text { "/oauth2callback" }
}
