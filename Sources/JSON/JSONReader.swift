import Basics
import CJansson

extension JSONObject {
    /// How deeply objects and arrays may nest: far more than any token or metadata does, and few enough for the stack of
    /// any thread.
    package static let deepestNesting = 64

    /// How many members an object may have: more than any token or metadata, few enough for a linear search.
    package static let mostMembers = 1000

    /// Reads a JSON object (RFC 8259). Fails for anything else, malformed UTF-8, a repeated name, a NUL byte or
    /// character, a number out of range, deeper nesting, and more members.
    package init(reading bytes: [UInt8]) throws(JSONProblem) {
        guard case .object(let object) = try JSON(reading: bytes) else { throw .wrongKind }
        self = object
    }

    /// The same for callers that need no reason.
    package init?(parsing bytes: [UInt8]) {
        guard let object = try? JSONObject(reading: bytes) else { return nil }
        self = object
    }

    /// Counts brackets outside strings. The parser finds other malformed input.
    fileprivate static func isShallow(_ bytes: [UInt8]) -> Bool {
        // Most texts have no more than that in total, which is quick to check.
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
    /// Reads a JSON text of any kind, under the rules for objects.
    package init(reading bytes: [UInt8]) throws(JSONProblem) {
        // jansson treats a NUL byte after a number or a literal as its end.
        guard !bytes.contains(0) else { throw .nulByte }
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw .byteOrderMark }
        guard JSONObject.isShallow(bytes) else { throw .tooDeep }
        seedJansson()
        let flags = size_t(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        var error = json_error_t()
        let root = unsafe bytes.withUnsafeBytes { buffer in
            unsafe shim_json_load(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, flags, &error)
        }
        guard let root = unsafe root else { throw unsafe Self.problem(&error) }
        defer { unsafe shim_json_free(root) }
        unsafe try self.init(root)
    }

    /// The same for callers that need no reason.
    package init?(parsing bytes: [UInt8]) {
        guard let value = try? JSON(reading: bytes) else { return nil }
        self = value
    }

    private static func problem(_ error: UnsafePointer<json_error_t>) -> JSONProblem {
        switch unsafe shim_json_error(error) {
        case SHIM_JSON_MALFORMED_UTF8: .malformedUTF8
        case SHIM_JSON_UNPAIRED_SURROGATE: .unpairedSurrogate
        case SHIM_JSON_NUL_CHARACTER: .nulCharacter
        case SHIM_JSON_NUMBER_OUT_OF_RANGE: .numberOutOfRange
        case SHIM_JSON_DUPLICATE_NAME: .duplicateName
        default: .malformed
        }
    }

    /// Copies a value of jansson, which the caller still owns.
    fileprivate init(_ value: UnsafeMutablePointer<json_t>) throws(JSONProblem) {
        switch unsafe shim_json_type(value) {
        case JSON_OBJECT:
            self = unsafe .object(try Self.readObject(value))
        case JSON_ARRAY:
            var elements: [JSON] = []
            for index in 0..<(unsafe json_array_size(value)) {
                guard let element = unsafe json_array_get(value, index) else { throw .malformed }
                elements.append(unsafe try JSON(element))
            }
            self = .array(elements)
        case JSON_STRING:
            let text = unsafe Self.readText(json_string_value(value), json_string_length(value))
            guard let text else { throw .malformed }
            self = .string(text)
        case JSON_INTEGER: self = unsafe .integer(Int64(json_integer_value(value)))
        case JSON_REAL: self = unsafe .real(json_real_value(value))
        case JSON_TRUE: self = .bool(true)
        case JSON_FALSE: self = .bool(false)
        default: self = .null
        }
    }

    private static func readObject(_ value: UnsafeMutablePointer<json_t>) throws(JSONProblem) -> JSONObject {
        guard unsafe json_object_size(value) <= JSONObject.mostMembers else { throw .tooManyMembers }
        var object = JSONObject()
        var iterator = unsafe json_object_iter(value)
        while let member = unsafe iterator {
            let name = unsafe readText(json_object_iter_key(member), json_object_iter_key_len(member))
            guard let name, let content = unsafe json_object_iter_value(member) else { throw .malformed }
            object.append(name, unsafe try JSON(content))
            unsafe iterator = json_object_iter_next(value, member)
        }
        return object
    }

    /// A string of jansson, which ensures that it is UTF-8. Nil for NULL.
    private static func readText(_ characters: UnsafePointer<CChar>?, _ length: Int) -> Text? {
        guard let characters = unsafe characters else { return nil }
        let bytes = unsafe UnsafeRawPointer(characters).assumingMemoryBound(to: UInt8.self)
        return unsafe Text(wellFormed: [UInt8](copyOf: UnsafeBufferPointer(start: bytes, count: length).span))
    }
}
