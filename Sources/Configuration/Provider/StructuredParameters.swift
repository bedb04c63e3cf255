import Basics
import JSON

/// Parameters of client_kwargs that are JSON in the authorization request. They are written as TOML, or as JSON text.
extension Section {
    func json(_ key: Text) -> JSON? {
        guard let value = entries[key]?.value else { return nil }
        switch value {
        case .text, .untyped: return parsed(key)
        case .table where value.isReference: return parsed(key)
        default: break
        }
        guard let json = value.json, json.encoded() != nil else {
            report(key, "contains a date, a time or a number that JSON does not support; put it in double quotes")
            return nil
        }
        return json
    }

    private func parsed(_ key: Text) -> JSON? {
        guard let text = document(key) else { return nil }
        guard let json = JSON(parsing: text.bytes) else {
            report(key, "is not valid JSON; write it as a TOML table, or fix the JSON")
            return nil
        }
        return json
    }

    /// The value as it is sent; nil if a problem was reported.
    func parameter(_ key: Text, json: JSON) -> Text? {
        guard let text = json.encoded() else {
            report(key, "cannot be written as JSON")
            return nil
        }
        guard text.count <= 4096 else {
            report(key, "is longer than 4 KiB as JSON, too long for a URL")
            return nil
        }
        return text
    }

    /// RFC 9396 2: a list of objects, each with a type.
    func authorizationDetails() -> Text? {
        let key: Text = "authorization_details"
        guard let json = json(key) else { return nil }
        let isWellFormed =
            json.array.map { list in
                !list.isEmpty && list.allSatisfy { !($0.object?["type"]?.text ?? "").isEmpty }
            } ?? false
        guard isWellFormed else {
            report(key, "must be a list of tables, each with a type, such as [{ type = \"account_information\" }]")
            return nil
        }
        return parameter(key, json: json)
    }
}

extension ConfigurationValue {
    /// Nil for dates and times, which JSON does not have.
    fileprivate var json: JSON? {
        switch self {
        case .text(let text), .untyped(let text): return .string(text)
        case .integer(let integer): return .integer(integer)
        case .number(let number): return .real(number)
        case .boolean(let boolean): return .bool(boolean)
        case .time: return nil
        case .list(let values):
            let elements = values.compactMap { $0.json }
            return elements.count == values.count ? .array(elements) : nil
        case .table(let entries):
            var object = JSONObject()
            for entry in entries {
                guard let value = entry.value.json else { return nil }
                object[entry.key] = value
            }
            return .object(object)
        }
    }
}
