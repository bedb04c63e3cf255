import Basics
import Foundation
import JSON
import TestSupport
import Testing

/// A set of C2SP's Wycheproof test vectors, from a folder beside the repository.
struct Wycheproof {
    struct Vector: CustomTestStringConvertible {
        let id: Int64
        let comment: String
        let token: Text
        let isValid: Bool
        /// The keys of its group.
        let keys: JSONObject

        var testDescription: String { "tcId \(id) \(comment)" }
    }

    let vectors: [Vector]

    static let signatures = Wycheproof("json_web_signature_test.json")
    static let keySets = Wycheproof("json_web_key_test.json")

    /// Nil if the file is not there.
    private init?(_ name: String) {
        let repository = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let file = repository.appending(path: "../shared/vectors/\(name)").standardizedFileURL
        guard let data = try? Data(contentsOf: file), let root = JSONObject(parsing: Array(data)) else { return nil }
        vectors = (root["testGroups"]?.array ?? []).flatMap { group in
            let keys = group.object?["public"]?.object ?? group.object?["private"]?.object ?? JSONObject()
            return (group.object?["tests"]?.array ?? []).compactMap { Self.vector($0, keys: keys) }
        }
    }

    private static func vector(_ test: JSON, keys: JSONObject) -> Vector? {
        guard case .integer(let id)? = test.object?["tcId"], let token = test.object?["jws"]?.text,
            let comment = test.object?["comment"]?.text, let result = test.object?["result"]?.text
        else { return nil }
        return Vector(id: id, comment: comment.string, token: token, isValid: result == "valid", keys: keys)
    }
}
