import Basics
import Cryptography
import JSON
import TestSupport

@testable import Cookies
@testable import Environment
@testable import Redis
@testable import RelyingParty
@testable import Session

/// What browsers and session stores give back. Behind "raw:" the rest of the input is the cookie itself; anything else is
/// sealed first, as the library would, so that what reads the content is reached.
enum KeptBytes {
    private static let anonymous: Text = #"{"is_logged_in":false}"#
    private static let prefix: Text = "__Host-stauth_"

    private static func seal(
        _ bytes: [UInt8], _ purpose: Purpose, _ name: Text, context: [UInt8] = []
    ) -> Text {
        if let raw = Text(validating: bytes)?.dropping(prefix: "raw:") { return raw }
        return Sample.require {
            let keys = try KeyRing(secrets: [Secret(Text(FuzzSite.secret))], purpose: purpose)
            let binding = keys.binding(cookie: name)
            return try keys.seal(
                bytes, for: context.isEmpty ? binding : binding.with(context: context), random: FuzzSite.plain.random)
        }
    }

    /// Only what was sealed may sign anybody in; and whoever is signed in has a JSON object.
    private static func read(_ header: Text, in site: FuzzSite = .plain, isRaw: Bool) {
        guard let json = try? site.application.userJSON(cookie: header.bytes) else { return }
        promise(json.hasPrefix("{"), "the user is an object")
        promise(!isRaw || json == anonymous, "nobody is signed in by a cookie that was not sealed")
        _ = site.send("GET", "/page", cookies: header)
    }

    private static func isRaw(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "raw:".utf8) }

    static func header(_ bytes: [UInt8]) {
        let header = CookieHeader(bytes[...])
        for name: Text in ["a", "__Host-stauth_session", ""] {
            promise(header.values(of: name).count <= 4, "the number of values is bounded")
            promise(header.contains(name) == !header.values(of: name).isEmpty, "contained is what has a value")
            // Each pair counts with a separator of two bytes.
            promise(header.length(withPrefix: name) <= 3 * bytes.count + 3, "not much longer than the header")
        }
        promise(header.names(withPrefix: prefix, limit: 20).count <= 20, "the number of names is bounded")
        let program = Sample.require { try HostRequest.native(FuzzSite.plain.application, session: bytes) }
        _ = try? program.begin()
        promise(!program.isLoggedIn && !program.isLoginPending, "nobody is signed in by what a program did not keep")
        promise(
            (try? FuzzSite.plain.application.userJSON(cookie: bytes)) == anonymous,
            "nobody is signed in by a cookie that was not sealed")
        if let text = Text(validating: bytes) { read(text, in: .streamlit, isRaw: true) }
    }

    /// A session that begins now, with an id; and the bytes that were appended to it.
    private static func sealedSession() -> (session: Session, cookie: Text) {
        let provider = FuzzSite.plain.application.providers.all[0]
        let session = Sample.require {
            Session(
                id: try Session.ID(random: FuzzRandom()), created: FuzzSite.now, expiry: FuzzSite.now + 3600,
                providerFingerprint: provider.fingerprint, keys: nil,
                userJSON: #"{"is_logged_in":true,"provider":"id","sub":"user-1"}"#)
        }
        let name = prefix + "session"
        return (session, "\(name)=\(seal(Sample.require { try session.encoded() }, .session, name))")
    }

    static func session(_ bytes: [UInt8]) {
        let name = prefix + "session"
        read("\(name)=\(seal(bytes, .session, name))", isRaw: isRaw(bytes))
    }

    static func tokens(_ bytes: [UInt8]) {
        let (session, cookie) = sealedSession()
        guard let id = session.id else { return }
        let name = prefix + "tokens-" + id.label
        read("\(cookie); \(name)=\(seal(bytes, .tokens, name, context: id.bytes))", isRaw: false)
        if let tokens = SessionTokens(bytes) {
            promise((try? tokens.encoded()).flatMap(SessionTokens.init) != nil, "tokens can be read again")
        }
    }

    static func numbers(_ bytes: [UInt8]) {
        let (session, cookie) = sealedSession()
        guard let id = session.id else { return }
        let name = prefix + "seen-" + id.label
        read("\(cookie); \(name)=\(seal(bytes, .lastSeen, name, context: id.bytes))", isRaw: false)
    }

    /// The content of a login's cookie: its state is made of the first 32 bytes.
    static func login(_ bytes: [UInt8]) {
        let state = Base64URL.encode(bytes.prefix(32))
        let hash = Sample.require { try Digest.sha256.hash(state.bytes) }
        let name = prefix + "login-" + Base64URL.encode(hash.prefix(6))
        let cookie: Text = "\(name)=\(seal(bytes, .login, name))"
        FuzzSite.plain.provider.answer = { _ in nil }
        for query: Text in ["code=x&state=\(state)", "error=access_denied&state=\(state)"] {
            let request = FuzzSite.plain.send("GET", "/oauth2callback?\(query)", cookies: cookie)
            promise(request?.userJSON ?? anonymous == anonymous, "nobody is signed in without a token")
        }
    }

    /// "raw:" and the cookies, or the text that Streamlit's cookie has.
    static func streamlit(_ bytes: [UInt8]) {
        guard let text = Text(validating: bytes) else { return }
        if let raw = text.dropping(prefix: "raw:") { return read(raw, in: .streamlit, isRaw: true) }
        let signer = TimedSigner(secrets: [Secret(Text(FuzzSite.secret))])
        guard let value = try? signer.sign(text, cookie: "_streamlit_user", time: FuzzSite.now) else { return }
        // JSON with a NUL is refused, wherever it comes from.
        let verified = signer.verify(value.bytes[...], cookie: "_streamlit_user")?.text
        promise(verified == text || bytes.contains(0), "what is signed verifies")
        read("_streamlit_user=\(value)", in: .streamlit, isRaw: false)
    }

    /// A record of a session store: as it is, and sealed.
    static func record(_ bytes: [UInt8]) {
        let reference = Sample.require {
            try SessionReference(try Session.ID(random: FuzzRandom()), random: FuzzRandom())
        }
        let raw = SessionRecord(StoredRecord(version: 1, bytes: bytes), for: reference)
        promise(raw == nil, "a record that was not sealed is no session")
        var sealed: [UInt8] = [1] + [UInt8](repeating: 7, count: XAES256GCM.nonceLength) + bytes
        sealed += [UInt8](repeating: 0, count: XAES256GCM.tagLength)
        let place = Sample.require { try ("stauth 1 record " as Text).bytes + reference.storeKey.text.bytes }
        Sample.require { try XAES256GCM(key: reference.key).seal(&sealed, from: 1, associatedData: place) }
        let read = SessionRecord(StoredRecord(version: 1, bytes: sealed), for: reference)
        promise(read?.session.id ?? reference.id == reference.id, "a record is of its session")
    }

    /// A store that answers with these bytes, whatever it is asked.
    static func index(_ bytes: [UInt8]) {
        let store = StubbornStore(bytes)
        let sessions = StoredSessions(
            store, Environment(clock: FakeClock(FuzzSite.now), random: FuzzRandom(), log: FuzzLog(), transport: nil))
        _ = try? sessions.endAll([1, 2])
        _ = try? sessions.knowsEnd(of: [1], created: FuzzSite.now)
        let session = sealedSession().session
        if let claim = try? RefreshClaim(session, "token") { _ = try? sessions.state(of: claim) }
        promise(store.deleted <= 2 * StoredSessions.mostSessions * 100, "what a store makes us do is bounded")
    }

    /// Replies of Redis, which arrive in two parts.
    static func redis(_ bytes: [UInt8]) {
        for cut in [0, bytes.count / 2] {
            var reader = RedisReplyReader()
            reader.buffer = Array(bytes[..<cut])
            _ = try? reader.next()
            reader.buffer += bytes[cut...]
            while let reply = try? reader.next() { _ = reply.text }
        }
    }
}

/// A session store that answers always the same.
private final class StubbornStore: SessionStore, @unchecked Sendable {
    let bytes: [UInt8]
    var deleted = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var mayBlock: Bool { false }

    func get(_ key: StoreKey) throws(Failure) -> StoredRecord? { StoredRecord(version: 1, bytes: bytes) }

    func put(
        _ record: StoredRecord, under key: StoreKey, over version: UInt64?, lifetime: Int64
    ) throws(Failure) -> Bool { bytes.first == 0x31 }

    func delete(_ key: StoreKey) throws(Failure) { deleted += 1 }
}
