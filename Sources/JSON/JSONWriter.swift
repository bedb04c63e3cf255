package import Basics
import CJansson

extension JSONObject {
    /// The object on one line, without blanks. Nil if a number is not finite or memory runs out.
    package func encoded() -> Text? {
        JSON.object(self).encoded()
    }
}

extension JSON {
    /// The value on one line, as above.
    package func encoded() -> Text? {
        guard let root = unsafe makeJansson() else { return nil }
        defer { unsafe shim_json_free(root) }
        let (bytes, length) = unsafe Self.dump(root, capacity: likelyLength)
        if bytes.count == length { return length > 0 ? Text(wellFormed: bytes) : nil }
        let (all, sameLength) = unsafe Self.dump(root, capacity: length)
        return all.count == sameLength ? Text(wellFormed: all) : nil
    }

    /// The text written by jansson, if it fits, and its length, 0 on failure.
    private static func dump(_ root: UnsafeMutablePointer<json_t>, capacity: Int) -> (bytes: [UInt8], length: Int) {
        var length = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let start = unsafe UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
            length = unsafe shim_json_dump(root, start, capacity, size_t(JSON_COMPACT | JSON_ENCODE_ANY))
            count = length <= capacity ? length : 0
        }
        return (bytes, length)
    }

    /// The length of the text if little in it needs escaping. jansson takes as long to measure as to write.
    private var likelyLength: Int {
        switch self {
        case .null, .bool, .integer, .real: 24
        case .string(let text): text.count + 8
        case .array(let elements): elements.reduce(8) { $0 + $1.likelyLength }
        case .object(let object): object.members.reduce(8) { $0 + $1.name.count + 8 + $1.value.likelyLength }
        }
    }

    /// The value for jansson; the caller releases it.
    fileprivate func makeJansson() -> UnsafeMutablePointer<json_t>? {
        switch self {
        case .null: unsafe json_null()
        case .bool(let bool): unsafe bool ? json_true() : json_false()
        case .integer(let number): unsafe json_integer(json_int_t(number))
        case .real(let number): unsafe json_real(number)
        case .string(let text): unsafe text.withCharacters { unsafe json_stringn_nocheck($0, $1) }
        case .array(let elements): unsafe Self.makeArray(elements)
        case .object(let object): unsafe Self.makeObject(object)
        }
    }

    private static func makeArray(_ elements: [JSON]) -> UnsafeMutablePointer<json_t>? {
        let array = unsafe json_array()
        for element in elements {
            // jansson takes ownership of the element, and releases it on failure.
            guard unsafe json_array_append_new(array, element.makeJansson()) == 0 else {
                unsafe shim_json_decref(array)
                return nil
            }
        }
        return unsafe array
    }

    private static func makeObject(_ object: JSONObject) -> UnsafeMutablePointer<json_t>? {
        seedJansson()
        let result = unsafe json_object()
        for member in object.members {
            let status = unsafe member.name.withCharacters { name, length in
                unsafe json_object_setn_new_nocheck(result, name, length, member.value.makeJansson())
            }
            guard status == 0 else {
                unsafe shim_json_decref(result)
                return nil
            }
        }
        return unsafe result
    }
}

extension Text {
    fileprivate func withCharacters<Result>(_ body: (UnsafePointer<CChar>?, Int) -> Result) -> Result {
        // The array of an empty text may have no address, which jansson treats as an error.
        unsafe (bytes.isEmpty ? [0] : bytes).withUnsafeBytes { buffer in
            unsafe body(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
    }
}
