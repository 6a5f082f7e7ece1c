import CJansson

/// The one place that touches jansson's memory. Each call owns its tree from parse to release, so no pointer leaves it.
enum JanssonHandle {
    static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSON {
        var failure = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        let root = unsafe bytes.withUnsafeBytes { buffer in
            unsafe json_loadb(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, flags, &failure)
        }
        guard let root = unsafe root else { throw syntaxError(failure, empty: bytes.isEmpty) }
        defer { unsafe posthorn_json_release(root) }
        return unsafe value(of: root)
    }

    /// - Parameter indent: spaces for each level, up to 31; nil writes one compact line.
    static func encode(_ value: JSON, indent: Int?) -> [UInt8] {
        let root = unsafe tree(of: value)
        defer { unsafe posthorn_json_release(root) }
        // JSON_INDENT(n) is a macro with an argument, which Swift does not see: it is the number itself.
        let flags = Int(JSON_ENCODE_ANY) | (indent ?? Int(JSON_COMPACT))
        let guess = 512
        let first = unsafe dump(root, capacity: guess, flags: flags)
        return unsafe first.needed <= guess ? first.bytes : dump(root, capacity: first.needed, flags: flags).bytes
    }

    private static func dump(_ root: UnsafeMutablePointer<json_t>, capacity: Int, flags: Int) -> (bytes: [UInt8], needed: Int) {
        var needed = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                needed = unsafe json_dumpb(root, characters.baseAddress, capacity, flags)
            }
            count = min(needed, capacity)
        }
        return (bytes, needed)
    }

    private static func syntaxError(_ failure: json_error_t, empty: Bool) -> JSONSyntaxError {
        if empty { return JSONSyntaxError(line: 1, column: 1, problem: "the document is empty") }
        var failure = failure
        let text = unsafe withUnsafeBytes(of: &failure.text) { buffer in
            unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
        }
        return JSONSyntaxError(line: max(1, Int(failure.line)), column: max(1, Int(failure.column)), problem: text)
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

    /// A new tree, owned by the caller. jansson answers nil only for text that is not UTF-8, which a Swift string never is, and
    /// for a number that is not finite, which becomes null.
    private static func tree(of value: JSON) -> UnsafeMutablePointer<json_t> {
        switch value {
        case .null:
            return unsafe json_null()
        case .bool(let flag):
            return unsafe flag ? json_true() : json_false()
        case .integer(let number):
            return unsafe json_integer(json_int_t(number))
        case .number(let number):
            return unsafe number.isFinite ? json_real(number) : json_null()
        case .string(let text):
            return unsafe string(text)
        case .array(let elements):
            let node = unsafe json_array()!
            for element in elements { unsafe json_array_append_new(node, tree(of: element)) }
            return unsafe node
        case .object(let members):
            let node = unsafe json_object()!
            for member in members { unsafe json_object_set_new_nocheck(node, member.name, tree(of: member.value)) }
            return unsafe node
        }
    }

    private static func string(_ text: String) -> UnsafeMutablePointer<json_t> {
        var text = text
        return text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) {
                unsafe json_stringn_nocheck($0.baseAddress, $0.count) ?? json_string("")
            }
        }
    }
}
