import Basics
import CJansson

extension JSONObject {
    /// How deep objects and arrays may stand in each other: far more than any token or metadata has, and few enough for
    /// the stack of any thread.
    package static let deepestNesting = 64

    /// How many members an object may have: more than any token or metadata, few enough to look through one by one.
    package static let mostMembers = 1000

    /// Reads a JSON object (RFC 8259). Nil for anything else, malformed UTF-8, a name that occurs twice, a NUL character,
    /// a number that does not fit, deeper nesting, and more members.
    package init?(parsing bytes: [UInt8]) {
        guard case .object(let object)? = JSON(parsing: bytes) else { return nil }
        self = object
    }

    /// Counts brackets outside strings. What is malformed otherwise is left to the parser.
    fileprivate static func isShallow(_ bytes: [UInt8]) -> Bool {
        // Most texts have no more than that in all, which takes no close look.
        if bytes.count(of: 0x7B) + bytes.count(of: 0x5B) <= deepestNesting { return true }
        var depth = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == 0x5C {
                    escaped = true
                } else if byte == 0x22 {
                    inString = false
                }
                continue
            }
            switch byte {
            case 0x22: inString = true
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D: depth -= 1
            default: break
            }
            if depth > deepestNesting { return false }
        }
        return true
    }
}

extension JSON {
    /// Reads a JSON text of any kind, under the rules that hold for an object.
    package init?(parsing bytes: [UInt8]) {
        guard JSONObject.isShallow(bytes) else { return nil }
        let flags = size_t(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        var error = json_error_t()
        let root = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_loadb(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, flags, &error)
        }
        guard let root = unsafe root else { return nil }
        defer { unsafe shim_json_decref(root) }
        guard let value = unsafe JSON(root) else { return nil }
        self = value
    }

    /// Copies a value of jansson's, which the caller keeps.
    fileprivate init?(_ value: UnsafeMutablePointer<json_t>) {
        switch unsafe shim_json_type(value) {
        case JSON_OBJECT:
            guard let object = unsafe Self.readObject(value) else { return nil }
            self = .object(object)
        case JSON_ARRAY:
            var elements: [JSON] = []
            for index in 0..<(unsafe json_array_size(value)) {
                guard let element = unsafe json_array_get(value, index).flatMap({ unsafe JSON($0) }) else { return nil }
                elements.append(element)
            }
            self = .array(elements)
        case JSON_STRING:
            let text = unsafe Self.readText(json_string_value(value), json_string_length(value))
            guard let text else { return nil }
            self = .string(text)
        case JSON_INTEGER: self = unsafe .integer(Int64(json_integer_value(value)))
        case JSON_REAL: self = unsafe .real(json_real_value(value))
        case JSON_TRUE: self = .bool(true)
        case JSON_FALSE: self = .bool(false)
        default: self = .null
        }
    }

    private static func readObject(_ value: UnsafeMutablePointer<json_t>) -> JSONObject? {
        guard unsafe json_object_size(value) <= JSONObject.mostMembers else { return nil }
        var object = JSONObject()
        var iterator = unsafe json_object_iter(value)
        while let member = unsafe iterator {
            let name = unsafe readText(json_object_iter_key(member), json_object_iter_key_len(member))
            let content = unsafe json_object_iter_value(member).flatMap { unsafe JSON($0) }
            guard let name, let content else { return nil }
            object.append(name, content)
            unsafe iterator = json_object_iter_next(value, member)
        }
        return object
    }

    /// A string of jansson's, which has seen to it that it is UTF-8. Nil if there is none.
    private static func readText(_ characters: UnsafePointer<CChar>?, _ length: Int) -> Text? {
        guard let characters = unsafe characters else { return nil }
        let bytes = unsafe UnsafeRawPointer(characters).assumingMemoryBound(to: UInt8.self)
        return unsafe Text(wellFormed: [UInt8](copyOf: UnsafeBufferPointer(start: bytes, count: length).span))
    }
}
