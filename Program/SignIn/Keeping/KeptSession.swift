import Basics
import Cryptography
import JSON
import Setup
import Terminal

/// What a login leaves on this machine: the session, sealed, and the secret that it is sealed with.
struct KeptSession: Equatable {
    var secret: Text
    var session: [UInt8]
    /// Where the secret is. The session is in a file in any case: a keyring does not take so much.
    var place: KeepingPlace

    static func newSecret() throws -> Text { Base64URL.encode(try SystemRandomSource().bytes(32)) }
}

enum KeepingPlace: String, CaseIterable {
    case keyring, file
}

/// The file of one login: of one provider, in one file of settings.
struct SessionRecord {
    private static let version: Int64 = 1

    let settings: Text
    let provider: Text

    /// `secret`: left out if the keyring has it.
    func encoded(_ kept: KeptSession) throws -> String {
        var object = JSONObject()
        object["version"] = .integer(Self.version)
        object["settings"] = .string(settings)
        object["provider"] = .string(provider)
        object["kept_in"] = .string(Text(kept.place.rawValue))
        object["session"] = .string(Text(validating: kept.session) ?? "")
        if kept.place == .file { object["secret"] = .string(kept.secret) }
        guard let text = object.encoded() else { throw Refusal("the session cannot be written down") }
        return String(text) + "\n"
    }

    /// `secret`: gives that which the keyring has. Nil if this is not what `encoded` made.
    func decode(_ text: String, secret: () throws -> Text?) rethrows -> KeptSession? {
        guard let object = JSONObject(parsing: Array(text.utf8)), object["version"]?.seconds == Self.version,
            object["settings"]?.text == settings, object["provider"]?.text == provider,
            let place = object["kept_in"]?.text.flatMap({ KeepingPlace(rawValue: String($0)) }),
            let session = object["session"]?.text,
            let secret = place == .file ? object["secret"]?.text : try secret()
        else { return nil }
        return KeptSession(secret: secret, session: session.bytes, place: place)
    }
}
