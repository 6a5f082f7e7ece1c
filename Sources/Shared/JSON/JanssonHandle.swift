import CJansson

/// Only this type accesses jansson's memory. Each call parses and releases its tree, so no pointer escapes.
enum JanssonHandle {
    static func parse(_ bytes: [UInt8], allowingNUL allowsNUL: Bool) throws(JSONSyntaxError) -> JSON {
        var failure = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | (allowsNUL ? JSON_ALLOW_NUL : 0))
        let root = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_loadb(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, flags, &failure)
        }
        guard let root = unsafe root else { throw syntaxError(failure, empty: bytes.isEmpty) }
        defer { unsafe posthorn_json_release(root) }
        return unsafe value(of: root)
    }

    private static func syntaxError(_ failure: json_error_t, empty: Bool) -> JSONSyntaxError {
        if empty { return JSONSyntaxError(line: 1, column: 1, problem: "the document is empty") }
        var failure = failure
        let text = unsafe withUnsafeBytes(of: &failure.text) { buffer in
            unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
        // jansson's own text names a flag of its API.
        let problem =
            text.contains("JSON_ALLOW_NUL") ? #"it contains the character NUL (\u0000), which is not allowed in any field"# : text
        return JSONSyntaxError(line: max(1, Int(failure.line)), column: max(1, Int(failure.column)), problem: problem)
    }

    private static func value(of node: UnsafeMutablePointer<json_t>) -> JSON {
        switch unsafe json_type(UInt32(posthorn_json_type(node))) {
        case JSON_OBJECT:
            var members: [JSON.Member] = []
            unsafe members.reserveCapacity(json_object_size(node))
            var iterator = unsafe json_object_iter(node)
            while let current = unsafe iterator {
                let name = unsafe String(cString: json_object_iter_key(current))
                unsafe members.append(JSON.Member(name, value(of: json_object_iter_value(current))))
                unsafe iterator = json_object_iter_next(node, current)
            }
            return .object(members)
        case JSON_ARRAY:
            return unsafe .array((0..<json_array_size(node)).map { index in unsafe value(of: json_array_get(node, index)) })
        case JSON_STRING:
            let characters = unsafe UnsafeBufferPointer(start: json_string_value(node), count: json_string_length(node))
            return unsafe .string(characters.withMemoryRebound(to: UInt8.self) { unsafe String(decoding: $0, as: UTF8.self) })
        case JSON_INTEGER:
            return unsafe .integer(Int64(json_integer_value(node)))
        case JSON_REAL:
            return unsafe .number(json_real_value(node))
        case JSON_TRUE:
            return .bool(true)
        case JSON_FALSE:
            return .bool(false)
        default:
            return .null
        }
    }
}
