/// Reads arrays in PostgreSQL's text format: `{plain,"with \"quotes\""}`.
enum ArrayText {
    /// nil if the text is not a one-dimensional array, or an element is null.
    static func read(_ text: ArraySlice<UInt8>) -> [String]? {
        guard text.first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") else { return nil }
        var rest = text.dropFirst().dropLast()
        var elements: [String] = []
        while !rest.isEmpty {
            guard let element = element(&rest) else { return nil }
            elements.append(element)
            guard let separator = rest.popFirst() else { return elements }
            guard separator == UInt8(ascii: ","), !rest.isEmpty else { return nil }
        }
        return elements
    }

    private static func element(_ rest: inout ArraySlice<UInt8>) -> String? {
        if rest.first == UInt8(ascii: "\"") { return quoted(&rest) }
        let plain = rest.prefix { $0 != UInt8(ascii: ",") }
        rest = rest.dropFirst(plain.count)
        guard !plain.isEmpty, plain.first != UInt8(ascii: "{"), !plain.elementsEqual("NULL".utf8) else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }
}
