import Basics
import Cryptography
import JSON
import OpenIDConnect
import Seal

/// What waits in the browser between a login's start and its callback.
struct LoginTransaction {
    /// Seconds that a user has for signing in at the provider.
    static let lifetime: Int64 = 15 * 60

    let state: Text
    let nonce: Text
    let codeVerifier: CodeVerifier
    let provider: Text
    let providerFingerprint: Text
    let returnTarget: Text
    /// Seconds since 1970-01-01 UTC.
    let expiry: Int64

    init(for provider: Provider, returnTarget: Text, now: Now, random: any RandomSource) throws(Failure) {
        state = Base64URL.encode(try random.bytes(32))
        nonce = Base64URL.encode(try random.bytes(32))
        codeVerifier = CodeVerifier(random: try random.bytes(32))
        self.provider = provider.name
        providerFingerprint = Base64URL.encode(provider.fingerprint)
        self.returnTarget = returnTarget
        expiry = now.seconds + Self.lifetime
    }

    /// Nil for anything but what `encoded()` gives.
    init?(_ bytes: [UInt8]) {
        guard let members = JSONObject(parsing: bytes),
            let state = members["state"]?.text, let nonce = members["nonce"]?.text,
            let verifier = members["verifier"]?.text, let provider = members["provider"]?.text,
            let fingerprint = members["client"]?.text, let returnTarget = members["return"]?.text,
            let expiry = members["expiry"]?.seconds
        else { return nil }
        self.state = state
        self.nonce = nonce
        codeVerifier = CodeVerifier(verifier)
        self.provider = provider
        providerFingerprint = fingerprint
        self.returnTarget = returnTarget
        self.expiry = expiry
    }

    func encoded() throws(Failure) -> [UInt8] {
        var members = JSONObject()
        members["state"] = .string(state)
        members["nonce"] = .string(nonce)
        members["verifier"] = .string(codeVerifier.text)
        members["provider"] = .string(provider)
        members["client"] = .string(providerFingerprint)
        members["return"] = .string(returnTarget)
        members["expiry"] = .integer(expiry)
        guard let text = members.encoded() else { throw Failure(.internalError, "a login could not be written") }
        return text.bytes
    }

    /// Expired, or from so far ahead that the clock must have been set back.
    func isExpired(_ now: Now) -> Bool {
        now.seconds >= expiry || expiry - now.seconds > Self.lifetime
    }
}
