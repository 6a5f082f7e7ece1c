import Cryptography

/// Byte strings in PostgreSQL's text format with `bytea_output` hex: `\x00ff`.
enum ByteaText {
    static func write(_ value: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "\\x".utf8)
        Hexadecimal.write(value.span, to: &bytes)
    }

    /// nil if the text has another format.
    static func read(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.starts(with: "\\x".utf8) else { return nil }
        let digits = text.dropFirst(2)
        return Hexadecimal.read(digits.span)
    }
}
