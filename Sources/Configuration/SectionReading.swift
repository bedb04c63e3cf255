package import Basics

/// Values of the types that keys have. Nil where the key is absent or was reported.
extension Section {
    static let longestText = 8192
    /// The limit for a document: a certificate comes with its intermediate certificates.
    static let longestDocument = 65_536

    package func text(_ key: Text) -> Text? {
        guard let entry = entries[key] else { return nil }
        return text(entry.value, key, entry.origin)
    }

    /// Text of several lines, such as a key in PEM or JSON.
    package func document(_ key: Text) -> Text? {
        guard let entry = entries[key] else { return nil }
        return text(entry.value, key, entry.origin, isDocument: true)
    }

    /// A list of texts; a single text counts as a list of one.
    package func texts(_ key: Text, most: Int = 100) -> [Text]? {
        guard let entry = entries[key] else { return nil }
        guard case .list(let values) = entry.value else {
            return text(entry.value, key, entry.origin).map { [$0] }
        }
        guard (1...most).contains(values.count) else {
            report(
                key, values.isEmpty ? "is empty; name at least one, or remove the key" : "has more than \(most) values")
            return nil
        }
        let texts = values.compactMap { text($0, key, entry.origin) }
        return texts.count == values.count ? texts : nil
    }

    package func boolean(_ key: Text) -> Bool? {
        switch entries[key]?.value {
        case nil: return nil
        case .boolean(let boolean): return boolean
        case .untyped("true"): return true
        case .untyped("false"): return false
        case let value?:
            report(key, "must be true or false, without quotes; it is \(value.kind)")
            return nil
        }
    }

    package func integer(_ key: Text, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = entries[key]?.value else { return nil }
        guard let integer = value.asInteger, range.contains(integer) else {
            report(key, "must be an integer from \(range.lowerBound) to \(range.upperBound), without quotes")
            return nil
        }
        return integer
    }

    /// Text without control characters, unless it is a document; written in place or by reference.
    func text(
        _ value: ConfigurationValue, _ key: Text, _ origin: ConfigurationOrigin, isDocument: Bool = false
    ) -> Text? {
        let found: Text
        switch value {
        case .text(let text), .untyped(let text):
            found = text
        case .table(let entries) where value.isReference:
            do throws(Failure) {
                found = try ConfigurationReference.resolve(entries, from: origin)
            } catch {
                report(key, error.message)
                return nil
            }
        default:
            report(key, "must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; it is \(value.kind)")
            return nil
        }
        guard isDocument || !found.hasControls else {
            report(key, "contains control characters, such as a line break or a tab")
            return nil
        }
        guard found.count <= (isDocument ? Self.longestDocument : Self.longestText) else {
            report(key, "is longer than \(isDocument ? 64 : 8) KiB")
            return nil
        }
        return found
    }
}

extension ConfigurationValue {
    var asInteger: Int64? {
        switch self {
        case .integer(let integer): integer
        case .untyped(let text): text.asDecimal()
        default: nil
        }
    }
}
