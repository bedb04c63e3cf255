package import Basics

/// A JSON value.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case string(Text)
    case array([JSON])
    case object(JSONObject)

    package var text: Text? {
        if case .string(let text) = self { text } else { nil }
    }

    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    package var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// Whether it is a list that says nothing.
    package var isEmptyList: Bool { array?.isEmpty ?? false }

    package var bool: Bool? {
        if case .bool(let bool) = self { bool } else { nil }
    }

    /// A number of whole seconds, for the times of tokens. A fraction is cut off (RFC 7519 2 allows one); nil for anything
    /// that is not a number, is negative, or later than the year 9999.
    package var seconds: Int64? {
        let latest: Int64 = 253_402_300_799
        switch self {
        case .integer(let number):
            return (0...latest).contains(number) ? number : nil
        case .real(let number):
            // Also false for NaN, so the conversion cannot trap.
            return number >= 0 && number <= Double(latest) ? Int64(number) : nil
        default:
            return nil
        }
    }
}

/// The members of a JSON object, in their order. No name occurs twice.
package struct JSONObject: Equatable, Sendable {
    package struct Member: Equatable, Sendable {
        package let name: Text
        package let value: JSON
    }

    package private(set) var members: [Member] = []

    package init() {}

    /// The value of a member. One that is null counts as absent: that is how many serializers write it. Setting nil removes
    /// it, a new one is added at the end.
    package subscript(name: Text) -> JSON? {
        get { value(of: name) }
        set {
            let index = members.firstIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): members[index] = Member(name: name, value: value)
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    private func value(of name: Text) -> JSON? {
        for member in members where member.name == name {
            if case .null = member.value { return nil }
            return member.value
        }
        return nil
    }

    /// Whether there is such a member, of whatever value.
    package func has(_ name: Text) -> Bool { members.contains { $0.name == name } }

    /// The value of a member that is optional: an empty text counts as absent, too.
    package func nonEmpty(_ name: Text) -> JSON? {
        let value = value(of: name)
        return value?.text?.isEmpty == true ? nil : value
    }

    /// Adds a member whose name is known to be new; for the reader, which has already refused duplicates.
    mutating func append(_ name: Text, _ value: JSON) {
        members.append(Member(name: name, value: value))
    }

    package mutating func removeAll(named names: [Text]) {
        members.removeAll { names.contains($0.name) }
    }
}
