package import Basics
import Environment
import OpenIDConnect
import Provider
import Session
import Settings

/// A request of a native program, which is its own browser: what logs in by a browser, or on another device, and keeps the
/// session (docs/adr/0043-native-programs.md).
extension HostRequest {
    /// `session`: what `nativeSession` gave in an earlier run. Whatever is wrong with it, nobody is signed in then.
    package static func native(_ application: Application, session: [UInt8]) throws(Failure) -> HostRequest {
        guard application.deviceBinding?.isOn == false else {
            throw Failure(.configurationInvalid, "native programs have neither device_bound nor Streamlit's cookies")
        }
        let native = NativeState(kept: session, loginPrefix: application.pendingLogins.prefix)
        let request = HostRequest(application, try IncomingRequest(native: "/", cookies: native.text))
        request.native = native
        return request
    }

    /// Starts a login by redirect to a port of this machine (RFC 8252 7.3), in place of one that is pending.
    package func startNativeLogin(
        provider: Text?, _ options: LoginOptions = LoginOptions()
    ) throws(Failure) -> Step {
        let native = try beginNativeLogin()
        native.expiry = try Now(application.environment.clock).seconds + LoginTransaction.lifetime
        // Nothing shows a page where the user could choose: then this one is missing.
        try login(provider: provider ?? (application.providers.needsChoice ? Settings.defaultProvider : nil), options)
        return pending == nil ? .respond : .wait
    }

    /// What a browser asks the port for. The response is for the browser, whatever it is: no other path than that of the
    /// provider's response ends or changes anything, and no response to another login either.
    /// `target`: nil if it is not text.
    package func nativeCallback(target: Text?, acceptLanguage: Text) throws(Failure) -> Step {
        let native = try requireNative()
        // Any page of any site can have the browser ask for this: what is no request ends no login.
        let request = target.flatMap {
            try? IncomingRequest(native: $0, cookies: native.text, acceptLanguage: acceptLanguage)
        }
        guard let sent = request, application.site.callbackPaths.contains(sent.path) else {
            take(Answer(.empty(status: request == nil ? 400 : 404)))
            return .respond
        }
        incoming = sent
        let visit = visit
        return try start { (context) throws(Failure) in LoginCallback(visit: visit).run(context) }
    }

    /// Starts a login that the user completes on another device (RFC 8628).
    package func startDeviceLogin(
        provider: Text?, _ options: LoginOptions = LoginOptions()
    ) throws(Failure) -> Step {
        let device = DeviceLogin()
        try beginNativeLogin().device = device
        let providers = application.providers
        return try start { (context) throws(Failure) in
            try device.start(at: providers.named(provider), options, context)
        }
    }

    /// Asks the provider whether the user has signed in; not before it is time to.
    package func pollDeviceLogin() throws(Failure) -> Step {
        guard let device = try requireNative().device, device.isPending else {
            throw Failure(.outOfSequence, "no login on another device is pending")
        }
        guard nativeWait == 0 else { return .proceed }
        let visit = visit
        return try start { (context) throws(Failure) in device.poll(visit, context) }
    }

    /// Ends the session as on a page, but always as steps: this is no page code. A login that is pending ends, too.
    func logOutNatively(_ reach: LogoutReach) throws(Failure) {
        native?.dropLogin()
        let logout = Logout(visit: visit, reach: reach)
        _ = try start { (context) throws(Failure) in try logout.run(context) }
    }

    private func start(_ flow: @escaping FlowRun.Flow) throws(Failure) -> Step {
        (response, failure) = (nil, nil)
        do throws(Failure) {
            return try start(FlowRun(environment, Now(application.environment.clock), for: .page, flow))
        } catch {
            failure = error
            throw error
        }
    }

    private func beginNativeLogin() throws(Failure) -> NativeState {
        let native = try requireNative()
        native.dropLogin()
        keepCookies()
        (response, failure) = (nil, nil)
        return native
    }

    private func requireNative() throws(Failure) -> NativeState {
        try requireBegun()
        guard let native else { throw Failure(.outOfSequence, "the request is no native program's") }
        guard waiting == nil else { throw Failure(.exchangePending, "the request waits for a provider") }
        return native
    }

    // MARK: - What has become of it

    package var isNative: Bool { native != nil }

    /// Whether a login waits for its user. Once it does not, `failure` says why it failed, if it did.
    package var isLoginPending: Bool {
        guard let native else { return false }
        return native.device?.isPending ?? native.hasLogin
    }

    /// What to open in a browser: to sign in, or to sign out at the provider. Nil without such a thing.
    package var nativeURL: Text? {
        if let device = native?.device, device.isPending { return device.url }
        let location = response?.headers.first { $0.name == "Location" }?.value
        return location.flatMap { $0.hasPrefix("/") ? nil : $0 }
    }

    /// Where to type the user code.
    package var verificationURI: Text? { native?.device.flatMap { $0.isPending ? $0.verificationURI : nil } }

    package var userCode: Text? { native?.device.flatMap { $0.isPending ? $0.userCode : nil } }

    /// Milliseconds until the next poll is due.
    package var nativeWait: Int64 {
        guard let device = native?.device, let now = try? Now(application.environment.clock) else { return 0 }
        return 1000 * device.pause(now)
    }

    /// Seconds until the login expires.
    package var nativeExpiry: Int64 {
        guard isLoginPending, let native, let now = try? Now(application.environment.clock) else { return 0 }
        return max(0, (native.device?.expiry ?? native.expiry) - now.seconds)
    }

    /// What the program keeps for its next run: secret, and visible ASCII with spaces. Empty after a logout.
    package var nativeSession: [UInt8] { native?.keptText.bytes ?? [] }
}
