/// The names under which an app could believe somebody: nobody but the gateway may send them.
enum IdentityNames {
    /// As `normalized` has them.
    private static let all = Set(
        IdentityHeader.allCases.map { normalized($0.name) } + [
            "x-auth-request-user", "x-auth-request-email", "x-auth-request-groups", "x-auth-request-preferred-username",
            "x-auth-request-access-token", "x-auth-request-redirect",
        ])

    /// Headers by which some apps choose another page than that of the request's target, which the gateway has judged.
    private static let routing: Set<String> = [
        "x-original-url", "x-original-uri", "x-rewrite-url", "x-forwarded-uri", "x-forwarded-method",
    ]

    /// Whether an app may take a header for one of ours. Many read "X_Forwarded_User" and "X-Forwarded-User" under one name.
    static func isReserved(_ name: String) -> Bool {
        let name = normalized(name)
        return all.contains(name) || routing.contains(name)
    }

    /// Whether only a server in front may say it: where the request came from, and under which name.
    static func isOfProxy(_ name: String) -> Bool {
        let name = normalized(name)
        return name.hasPrefix("x-forwarded-") || name == "forwarded" || name == "x-real-ip"
    }

    /// Whether it has letters, digits and "-" alone: no two of these are one name for CGI and its heirs.
    static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// In small letters, with "-" for whatever is neither letter nor digit, as CGI and its heirs have it (RFC 3875 4.1.18).
    private static func normalized(_ name: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(name.utf8.count)
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
            default: bytes.append(UInt8(ascii: "-"))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
