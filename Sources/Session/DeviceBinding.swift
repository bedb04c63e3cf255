package import Basics
package import Cookies
package import Cryptography
package import Environment
import Platform
import Settings

/// Binds sessions to a key of the browser's device (W3C Device Bound Session Credentials).
///
/// A bound session's own cookie is worth nothing without a second one, its proof, which says until when the browser counts
/// as the session's. Until the browser registers a key, that is as long as the session; afterwards, some minutes at a time,
/// and only the key gets the next. The public key is in a third cookie, which only the library's path receives: the server
/// remembers nothing, and what a response writes is never the session (docs/adr/0037-device-bound-sessions.md).
package final class DeviceBinding: Sendable {
    /// What a challenge is for. One of the other kind does not open.
    package enum Challenge {
        case registration, refresh

        fileprivate var name: Text {
            switch self {
            case .registration: "device registration"
            case .refresh: "device refresh"
            }
        }
    }

    /// What became of a challenge that a browser has signed.
    package enum Answered: Equatable {
        /// Signed in time. `key`: what it is remembered by, since it is good once.
        case fresh(key: UInt64, issuedAt: Int64)
        case late
    }

    /// Seconds that a browser has for an answer: making a key can take a device some of them.
    package static let challengeLifetime: Int64 = 120
    /// Seconds after a registration in which the proof from before it still counts: other requests are under way.
    private static let graceTime: Int64 = 60
    /// Seconds after a login in which its own offer may still be under way.
    private static let loginTime: Int64 = 5
    /// Seconds after a login in which a session needs no device, even if one is required.
    private static let unboundTime: Int64 = 600
    /// The highest lifetime of proofs that can be set.
    private static let longestProof: Int64 = 3600
    /// The proof of a session without a device.
    private static let noDevice: Int64 = 0
    private static let (mostDevices, mostAnswers) = (1 << 19, 1 << 17)

    /// Nil if new sessions are not bound; those that are remain so.
    private let settings: DeviceBindingSettings?
    private let path: Text
    private let sessionLifetime: Int64
    private let keys: KeyRing
    private let proof: NumberCookie
    private let deviceKey: SealedCookie
    /// Sessions with a device.
    private let devices: EndingMemory
    /// Challenges that were answered. Whoever answers many makes no session end.
    private let answers: EndingMemory

    /// `former`: what this one replaces. It remembers the same.
    init(_ settings: Settings, jar: CookieJar, succeeding former: DeviceBinding?) throws(Failure) {
        devices = former?.devices ?? EndingMemory(most: Self.mostDevices)
        answers = former?.answers ?? EndingMemory(most: Self.mostAnswers)
        self.settings = settings.deviceBinding
        path = settings.deviceBindingPath
        sessionLifetime = settings.sessionLifetime
        keys = try KeyRing(secrets: settings.cookieSecrets, purpose: .device)
        proof = try .proof(settings, jar: jar)
        deviceKey = SealedCookie(
            "device", keys: keys,
            jar: CookieJar(
                prefix: settings.cookiePrefix, path: settings.deviceBindingPath, isSecure: settings.site.isSecure))
    }

    // MARK: - Sessions

    /// Whether new sessions can be bound.
    package var isOn: Bool { settings != nil }

    /// Whether a request with these cookies comes from where the session belongs, as far as anybody can tell.
    func allows(_ session: Session, _ header: CookieHeader, _ now: Now) -> Bool {
        guard session.needsProof else { return settings?.isRequired != true }
        guard let end = end(of: session, header, now) else { return false }
        guard end == Self.noDevice else { return now.seconds < end }
        // What is remembered of a registration is when the grace after it ends.
        return settings?.isRequired != true && (!isKnown(session) || isKnown(session, after: now.seconds))
    }

    /// Until when the browser counts as the session's; nil if it does not.
    private func end(of session: Session, _ header: CookieHeader, _ now: Now) -> Int64? {
        let longest = max(settings?.proofLifetime ?? Self.longestProof, Self.unboundTime)
        let latest = now.seconds + longest + SessionRules.leeway
        return session.id.flatMap { proof.open(header, of: $0, atMost: latest) }
    }

    /// Whether this process knows that the session has a device; `after`: and had none so long ago.
    private func isKnown(_ session: Session, after time: Int64? = nil) -> Bool {
        devices.includes(session.id?.key ?? 0, created: time.map { $0 + 1 } ?? session.created)
    }

    /// Whether to offer the browser to register a device: it has none so far.
    package func isUnbound(_ session: Session, _ header: CookieHeader, _ now: Now) -> Bool {
        guard isOn, session.needsProof, now.seconds >= session.created + Self.loginTime,
            let end = end(of: session, header, now)
        else { return false }
        return (end == Self.noDevice || end == session.created + Self.unboundTime) && !isKnown(session)
    }

    /// What the browser calls the session.
    package func identifier(of session: Session) -> Text? { session.needsProof ? session.id?.label : nil }

    /// The cookie that a browser renews, and its attributes ("JSON Session Credentials Format").
    package func credential(of session: Session) -> (name: Text, attributes: Text)? {
        session.id.map { (proof.name(of: $0), proof.attributes) }
    }

    /// The header that accompanies a new session: its proof before it has a device.
    func headers(toBegin session: Session, lifetime: Int64, random: any RandomSource) throws(Failure) -> [HTTPHeader] {
        guard session.needsProof, let settings else { return [] }
        let end = settings.isRequired ? session.created + Self.unboundTime : Self.noDevice
        return [try proof.header(toStore: end, of: session, lifetime: lifetime, random: random)]
    }

    /// The header that offers a browser to bind a session ("Secure-Session-Registration").
    package func offer(of session: Session, _ now: Now, random: any RandomSource) throws(Failure) -> [HTTPHeader] {
        guard session.needsProof, isOn else { return [] }
        let challenge = try challenge(.registration, of: session, now, random: random)
        return [
            HTTPHeader(
                "Secure-Session-Registration",
                "(ES256 RS256);path=\"\(path)\";challenge=\"\(challenge)\"")
        ]
    }

    // MARK: - The key

    /// Remembers that a session has a device: soon, a copy of its proof from before is worth nothing in this process.
    package func remember(_ session: Session, _ now: Now) -> EndingMemory.Outcome {
        guard let id = session.id else { return .notRemembered }
        guard !isKnown(session) else { return .endedBefore }
        return devices.end(
            id.key, created: now.seconds + Self.graceTime, expiry: session.created + sessionLifetime, now: now.seconds)
    }

    /// The headers that give a session a device with this key, a JWK.
    package func headers(
        toBind session: Session, to key: Text, over header: CookieHeader, _ now: Now, random: any RandomSource
    ) throws(Failure) -> [HTTPHeader] {
        guard let id = session.id else { return [] }
        let lifetime = min(session.expiry, session.created + sessionLifetime) - now.seconds
        return try deviceKey.headers(
            toStore: key.bytes, context: id.bytes, lifetime: lifetime, over: header, random: random)
            + headers(toProve: session, now, random: random)
    }

    /// The header that says that the browser has just shown the key. The browser forgets it a little earlier than the server,
    /// since it renews what is missing, and requests take their time.
    package func headers(toProve session: Session, _ now: Now, random: any RandomSource) throws(Failure) -> [HTTPHeader]
    {
        guard let settings else { return [] }
        let lifetime = settings.proofLifetime
        return [
            try proof.header(
                toStore: now.seconds + lifetime, of: session, lifetime: lifetime - lifetime / 10, random: random)
        ]
    }

    /// The session's key; nil if the browser has registered none.
    package func key(of session: Session, in header: CookieHeader) -> Text? {
        guard let id = session.id else { return nil }
        return deviceKey.open(header, context: id.bytes).map { Text(wellFormed: $0) }
    }

    /// The headers that remove what the browser has of all that. The key's cookie does not accompany requests for pages.
    func headers(toRemoveFrom header: CookieHeader, withKey: Bool) -> [HTTPHeader] {
        proof.headers(toRemoveFrom: header) + (isOn && withKey ? [deviceKey.removal] : [])
    }

    // MARK: - Challenges

    /// A challenge for the browser of this session, and for nothing else.
    package func challenge(
        _ challenge: Challenge, of session: Session, _ now: Now, random: any RandomSource
    ) throws(Failure) -> Text {
        let bytes = [UInt8](bigEndian: UInt64(bitPattern: now.seconds)) + (try random.bytes(8))
        return try keys.seal(bytes, for: binding(challenge, session), random: random)
    }

    /// Nil for a challenge that is not ours, another session's or of the other kind.
    package func open(_ text: Text, _ challenge: Challenge, of session: Session, _ now: Now) -> Answered? {
        guard let bytes = keys.open(text.bytes[...], for: binding(challenge, session)), bytes.count == 16 else {
            return nil
        }
        let issuedAt = Int64(bitPattern: bytes.bigEndianNumber(at: 0))
        let ages = -SessionRules.leeway..<Self.challengeLifetime
        guard Now.possible.contains(issuedAt), ages.contains(now.seconds - issuedAt) else { return .late }
        return .fresh(key: max(bytes.bigEndianNumber(at: 8), 1), issuedAt: issuedAt)
    }

    /// Whether this is the first time that a challenge is answered in this process; false too if that cannot be remembered.
    package func answerOnce(_ key: UInt64, issuedAt: Int64, _ now: Now) -> Bool {
        guard !answers.includes(key, created: issuedAt) else { return false }
        let expiry = issuedAt + Self.challengeLifetime + SessionRules.leeway
        switch answers.end(key, created: issuedAt, expiry: expiry, now: now.seconds) {
        case .remembered, .oldestEnded: return true
        case .endedBefore, .notRemembered: return false
        }
    }

    private func binding(_ challenge: Challenge, _ session: Session) -> KeyRing.Binding {
        keys.binding(cookie: challenge.name).with(context: session.id?.bytes ?? [])
    }
}
