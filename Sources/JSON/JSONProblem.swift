package import Basics

/// Why bytes are not JSON that the library takes.
package enum JSONProblem: Error, Equatable, Sendable {
    /// Not JSON at all, or cut off.
    case malformed
    /// JSON, but of another kind than wanted.
    case wrongKind
    case nulByte
    case byteOrderMark
    case malformedUTF8
    case unpairedSurrogate
    /// The escape \u0000.
    case nulCharacter
    case numberOutOfRange
    case duplicateName
    case tooDeep
    case tooManyMembers

    /// What to say of a document that should be a JSON object. Never quotes it.
    package var sentence: Text {
        switch self {
        case .malformed, .wrongKind: "is no JSON object"
        case .nulByte: "is no JSON: it has a NUL byte"
        case .byteOrderMark: "is no JSON: it starts with a byte order mark"
        case .malformedUTF8: "is no JSON: it is not UTF-8"
        case .unpairedSurrogate: "has a text with half a surrogate pair, such as \\ud800"
        case .nulCharacter: "has a text or a name with the character \\u0000"
        case .numberOutOfRange: "has an integer beyond 64 bits, or a number too large for a double"
        case .duplicateName: "has an object with the same name twice"
        case .tooDeep: "is nested deeper than \(JSONObject.deepestNesting) levels"
        case .tooManyMembers: "has an object with more than \(JSONObject.mostMembers) members"
        }
    }
}
