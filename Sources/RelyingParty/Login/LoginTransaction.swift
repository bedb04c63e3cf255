import Basics
import Cookies
import Cryptography
import Environment
import OpenIDConnect
import Provider

/// The state kept in the browser between a login's start and its callback.
///
/// Layout: the bytes of state, nonce and code verifier (32 each), expiry and the provider's fingerprint (8 each), the length
/// of the provider's name (1), the name, "!" if the login is repeated, its max_age in decimal if it has its own, and the
/// return target, which begins with "/".
struct LoginTransaction {
    /// Seconds that a user has to sign in at the provider.
    static let lifetime: Int64 = 15 * 60
    /// Seconds that the browser keeps it: long enough to say that the login took too long, and to begin again from its page.
    static let cookieLifetime: Int64 = 24 * 60 * 60

    private static let seedLength = 32
    private static let seedsLength = 3 * seedLength
    private static let nameStart = seedsLength + 2 * 8 + 1

    let state: Text
    let nonce: Text
    let codeVerifier: CodeVerifier
    let provider: Text
    let providerFingerprint: UInt64
    let returnTarget: Text
    /// The maximum number of seconds since the user signed in at the provider, if this login sets its own limit.
    let maxAge: Int64?
    /// Whether the provider asked for it in its response to the login before: it cannot ask again and again.
    let isRepeated: Bool
    /// Seconds since 1970-01-01 UTC.
    let expiry: Int64
    /// The random bytes of state, nonce and code verifier.
    private let seeds: [UInt8]

    init(
        for provider: Provider, returnTarget: Text, maxAge: Int64? = nil, isRepeated: Bool = false, now: Now,
        random: any RandomSource
    ) throws(Failure) {
        self.init(
            seeds: try random.bytes(Self.seedsLength), provider: provider.name,
            providerFingerprint: provider.fingerprint, returnTarget: returnTarget, maxAge: maxAge,
            isRepeated: isRepeated, expiry: now.seconds + Self.lifetime)
    }

    private init(
        seeds: [UInt8], provider: Text, providerFingerprint: UInt64, returnTarget: Text, maxAge: Int64?,
        isRepeated: Bool, expiry: Int64
    ) {
        let seed = { (place: Int) in seeds.dropFirst(place * Self.seedLength).prefix(Self.seedLength) }
        state = Base64URL.encode(seed(0))
        nonce = Base64URL.encode(seed(1))
        codeVerifier = CodeVerifier(random: seed(2))
        self.seeds = seeds
        self.provider = provider
        self.providerFingerprint = providerFingerprint
        self.returnTarget = returnTarget
        self.maxAge = maxAge
        self.isRepeated = isRepeated
        self.expiry = expiry
    }

    /// The same login with another return target.
    func returning(to target: Text) -> LoginTransaction {
        LoginTransaction(
            seeds: seeds, provider: provider, providerFingerprint: providerFingerprint, returnTarget: target,
            maxAge: maxAge, isRepeated: isRepeated, expiry: expiry)
    }

    /// Nil for anything but the result of `encoded()`. The bytes come out of one of our seals, so they are well-formed text.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.nameStart else { return nil }
        let expiry = Int64(bitPattern: bytes.bigEndianNumber(at: Self.seedsLength))
        let nameLength = Int(bytes[Self.nameStart - 1])
        let texts = bytes[Self.nameStart...]
        guard Now.possible.contains(expiry), nameLength <= texts.count else { return nil }
        let afterName = texts.dropFirst(nameLength)
        let isRepeated = afterName.first == 0x21
        let rest = afterName.dropFirst(isRepeated ? 1 : 0)
        let age = Text(wellFormed: rest.prefix { $0 != 0x2F })
        let maxAge = age.asDecimal()
        guard age.isEmpty || maxAge != nil else { return nil }
        self.init(
            seeds: Array(bytes.prefix(Self.seedsLength)), provider: Text(wellFormed: texts.prefix(nameLength)),
            providerFingerprint: bytes.bigEndianNumber(at: Self.seedsLength + 8),
            returnTarget: Text(wellFormed: rest.dropFirst(age.count)), maxAge: maxAge, isRepeated: isRepeated,
            expiry: expiry)
    }

    func encoded() throws(Failure) -> [UInt8] {
        guard seeds.count == Self.seedsLength, let nameLength = UInt8(exactly: provider.count) else {
            throw Failure(.internalError, "a login could not be written")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.nameStart + provider.count + returnTarget.count)
        bytes += seeds
        bytes.append(bigEndian: UInt64(bitPattern: expiry))
        bytes.append(bigEndian: providerFingerprint)
        bytes.append(nameLength)
        bytes += provider.bytes
        if isRepeated { bytes.append(0x21) }
        if let maxAge { bytes += Text(maxAge).bytes }
        bytes += returnTarget.bytes
        return bytes
    }

    /// Seconds since 1970-01-01 UTC.
    var start: Int64 { expiry - Self.lifetime }

    /// Expired, or so far in the future that the clock must have been set back.
    func isExpired(_ now: Now) -> Bool {
        now.seconds >= expiry || expiry - now.seconds > Self.lifetime
    }
}
