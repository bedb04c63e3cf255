import Basics
import JSON

// Values as tests write them: String for Text, literals for JSON.

extension Text {
    package init(_ string: String) { self.init(wellFormed: string.utf8) }

    package var string: String { String(decoding: bytes, as: UTF8.self) }
}

extension Text.Interpolation {
    package mutating func appendInterpolation(_ string: String) { appendInterpolation(Text(string)) }
}

extension JSON: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(Text(value)) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .real(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (Text, JSON)...) { self = .object(JSONObject(elements)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (Text, JSON)...) { self.init(elements) }

    fileprivate init(_ elements: [(Text, JSON)]) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }

    package var bytes: [UInt8] { encoded()?.bytes ?? [] }
}

extension HTTPResponse {
    /// A success as JSON.
    package static func json(_ object: JSONObject, cacheControl: Text? = nil) -> HTTPResponse {
        HTTPResponse(status: 200, contentType: "application/json", cacheControl: cacheControl, body: object.bytes)
    }

    package static func of(_ status: Int32, _ body: String = "", _ contentType: Text? = "application/json") -> Self {
        HTTPResponse(status: status, contentType: contentType, body: Array(body.utf8))
    }
}

/// The code of the failure that `body` ends with; nil if it succeeds.
package func refusal(of body: () throws -> some Any) throws -> ErrorCode? {
    try failure(of: body)?.code
}

package func failure(of body: () throws -> some Any) throws -> Failure? {
    do {
        _ = try body()
        return nil
    } catch let failure as Failure {
        return failure
    }
}

/// A URL that is well-formed.
package func url(_ text: String) throws -> AbsoluteURL {
    guard let url = AbsoluteURL(Text(text)) else { throw Failure(.internalError, "no URL: \(Text(text))") }
    return url
}
