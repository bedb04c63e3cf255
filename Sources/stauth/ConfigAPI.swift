import Basics
public import CStauth
import Configuration
import Cryptography
import Environment
import Redis
import RelyingParty
import Session
import Settings
import Transport

/// The object behind an st_config.
final class ConfigObject {
    static let longestPath = 4096
    static let longestDocument = 1024 * 1024
    static let longestKey = 1024
    static let longestValue = 64 * 1024

    let configuration = Configuration()
    var clock: (any Clock)?
    var random: (any RandomSource)?
    var log: (any EventLog)?
    var transport: (any Transport)?
    var store: HostStore?
    /// Whether the host makes the requests to providers itself, from its event loop.
    var isEventDriven = false

    static func of(_ handle: OpaquePointer?) throws(Failure) -> ConfigObject {
        unsafe try Handle.require(handle, .config, as: ConfigObject.self)
    }

    func makeApplication() throws(Failure) -> Application {
        try makeApplication(configuration.settings(), succeeding: nil, memoryStore: nil)
    }

    /// With the settings of one more file. `memoryStore` is that of the former application.
    func makeApplication(
        adding path: Text, succeeding former: Application?, memoryStore: MemoryStore
    ) throws(Failure) -> Application {
        let configuration = configuration.copy()
        try configuration.load(file: path)
        return try makeApplication(configuration.settings(), succeeding: former, memoryStore: memoryStore)
    }

    private func makeApplication(
        _ settings: Settings, succeeding former: Application?, memoryStore: MemoryStore?
    ) throws(Failure) -> Application {
        guard transport == nil || !isEventDriven else {
            throw Failure(
                .outOfSequence, "a transport and an event loop are set: the requests take one way or the other")
        }
        if transport != nil || isEventDriven,
            let provider = settings.providers.first(where: { $0.clientCertificate != nil })
        {
            throw Failure(
                .configurationInvalid,
                "the provider \(provider.name.forMessage) has a client_certificate, which only libcurl can present: remove "
                    + "it, or the host's transport")
        }
        let clock = clock ?? SystemClock()
        return try Application(
            settings: settings,
            environment: Environment(
                clock: clock, random: random ?? SystemRandomSource(), log: log,
                transport: isEventDriven ? nil : transport ?? CurlTransport(userAgent: "stauth/\(libraryVersion)"),
                store: sessionStore(settings, memoryStore)),
            succeeding: former)
    }

    private func sessionStore(
        _ settings: Settings, _ memoryStore: MemoryStore?
    ) throws(Failure) -> (any SessionStore)? {
        if let store {
            guard case .cookie = settings.store, settings.streamlitCookie == nil else {
                throw Failure(
                    .configurationInvalid,
                    "the host has set a session store: remove session_store, or cookie_format = \"streamlit\"")
            }
            return store.with(timeout: settings.storeTimeout)
        }
        switch settings.store {
        case .cookie: return nil
        case .memory: return memoryStore ?? MemoryStore(log: log)
        case .redis(let redis): return RedisStore(redis)
        }
    }
}

@c @implementation
public func st_config_new(
    _ out: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let out = unsafe try Input.output(out, "out")
        unsafe out.pointee = try Handle.issue(ConfigObject(), .config)
    }
}

@c @implementation
public func st_config_load_file(
    _ config: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        try config.configuration.load(
            file: unsafe Input.text(path, "path", limit: ConfigObject.longestPath))
    }
}

@c @implementation
public func st_config_load_toml(
    _ config: OpaquePointer?, _ toml: UnsafePointer<CChar>?, _ length: Int,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        try config.configuration.load(
            toml: unsafe Input.bytes(toml, count: length, "toml", limit: ConfigObject.longestDocument))
    }
}

@c @implementation
public func st_config_set(
    _ config: OpaquePointer?, _ key: UnsafePointer<CChar>?, _ value: UnsafePointer<CChar>?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        try config.configuration.set(
            key: unsafe Input.text(key, "key", limit: ConfigObject.longestKey),
            value: unsafe Input.text(value, "value", limit: ConfigObject.longestValue))
    }
}

/// Returns the previous value, so it ends after the change: its release function may call the library again.
func replace<Value>(_ place: inout Value, with value: Value) -> Value {
    let former = place
    place = value
    return former
}

@c @implementation
public func st_config_set_clock(
    _ config: OpaquePointer?, _ clock: st_clock?, _ userData: UnsafeMutableRawPointer?, _ release: st_release?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        _ = replace(&config.clock, with: unsafe clock.map { unsafe HostClock($0, HostData(userData, release)) })
    }
}

@c @implementation
public func st_config_set_random(
    _ config: OpaquePointer?, _ random: st_random?, _ userData: UnsafeMutableRawPointer?, _ release: st_release?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        _ = replace(
            &config.random, with: unsafe random.map { unsafe HostRandomSource($0, HostData(userData, release)) })
    }
}

@c @implementation
public func st_config_set_log(
    _ config: OpaquePointer?, _ log: st_log?, _ userData: UnsafeMutableRawPointer?, _ release: st_release?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        _ = replace(&config.log, with: unsafe log.map { unsafe HostEventLog($0, HostData(userData, release)) })
    }
}

@c @implementation
public func st_config_log_to_fd(
    _ config: OpaquePointer?, _ descriptor: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        let log = DescriptorLog.writing(to: descriptor)
        guard log != nil || descriptor == -1 else {
            throw Failure(.invalidArgument, "the file descriptor \(descriptor) is not open for writing")
        }
        _ = replace(&config.log, with: log)
    }
}

@c @implementation
public func st_config_set_transport(
    _ config: OpaquePointer?, _ transport: st_transport?, _ userData: UnsafeMutableRawPointer?, _ release: st_release?,
    _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        let config = unsafe try ConfigObject.of(config)
        _ = replace(
            &config.transport, with: unsafe transport.map { unsafe HostTransport($0, HostData(userData, release)) })
    }
}

@c @implementation
public func st_config_set_event_loop(
    _ config: OpaquePointer?, _ isOn: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> st_status {
    unsafe reporting(to: error) { () throws(Failure) in
        unsafe try ConfigObject.of(config).isEventDriven = isOn != 0
    }
}

@c @implementation
public func st_config_free(_ config: OpaquePointer?) {
    unsafe Handle.withdraw(config, .config, as: ConfigObject.self)
}
