package import Basics

/// Why the library refuses bytes as JSON.
package enum JSONProblem: Error, Equatable, Sendable {
    /// Not JSON at all, or truncated.
    case malformed
    /// JSON, but of the wrong kind.
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

    /// Completes the sentence "the document …" for a document that should be a JSON object. Never quotes it.
    package var sentence: Text {
        switch self {
        case .malformed, .wrongKind: "is not a JSON object"
        case .nulByte: "is not JSON: it contains a NUL byte"
        case .byteOrderMark: "is not JSON: it starts with a byte order mark"
        case .malformedUTF8: "is not JSON: it is not UTF-8"
        case .unpairedSurrogate: "contains a string with half a surrogate pair, such as \\ud800"
        case .nulCharacter: "contains a string or a name with the character \\u0000"
        case .numberOutOfRange: "contains an integer beyond 64 bits, or a number too large for a double"
        case .duplicateName: "contains an object with the same name twice"
        case .tooDeep: "is nested deeper than \(JSONObject.deepestNesting) levels"
        case .tooManyMembers: "contains an object with more than \(JSONObject.mostMembers) members"
        }
    }
}
