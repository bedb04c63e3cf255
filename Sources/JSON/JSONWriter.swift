package import Basics
import CJansson

extension JSONObject {
    /// The object on one line, without blanks. Nil if some number is not finite or memory is short.
    package func encoded() -> Text? {
        JSON.object(self).encoded()
    }
}

extension JSON {
    /// The value on one line, as above.
    package func encoded() -> Text? {
        guard let root = unsafe makeJansson() else { return nil }
        defer { unsafe shim_json_decref(root) }
        let flags = size_t(JSON_COMPACT | JSON_ENCODE_ANY)
        let length = unsafe json_dumpb(root, nil, 0, flags)
        guard length > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: length)
        let written = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe json_dumpb(root, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), length, flags)
        }
        return written == length ? Text(validating: bytes) : nil
    }

    /// The value as jansson has it; the caller releases it.
    fileprivate func makeJansson() -> UnsafeMutablePointer<json_t>? {
        switch self {
        case .null: unsafe json_null()
        case .bool(let bool): unsafe bool ? json_true() : json_false()
        case .integer(let number): unsafe json_integer(json_int_t(number))
        case .real(let number): unsafe json_real(number)
        case .string(let text): unsafe text.withCharacters { unsafe json_stringn($0, $1) }
        case .array(let elements): unsafe Self.makeArray(elements)
        case .object(let object): unsafe Self.makeObject(object)
        }
    }

    private static func makeArray(_ elements: [JSON]) -> UnsafeMutablePointer<json_t>? {
        let array = unsafe json_array()
        for element in elements {
            // jansson takes the element over, and releases it if it cannot.
            guard unsafe json_array_append_new(array, element.makeJansson()) == 0 else {
                unsafe shim_json_decref(array)
                return nil
            }
        }
        return unsafe array
    }

    private static func makeObject(_ object: JSONObject) -> UnsafeMutablePointer<json_t>? {
        let result = unsafe json_object()
        for member in object.members {
            let status = unsafe member.name.withCharacters { name, length in
                unsafe json_object_setn_new(result, name, length, member.value.makeJansson())
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
        // The NUL is for the empty text, whose array may have no address, which jansson takes for an error.
        unsafe (bytes + [0]).withUnsafeBytes { buffer in
            unsafe body(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count - 1)
        }
    }
}
