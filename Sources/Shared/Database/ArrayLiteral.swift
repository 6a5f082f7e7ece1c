/// An array in PostgreSQL's text format (`{"a","b",NULL}`), built element by element in one buffer. Thousands of rows become one parameter
/// for each column, which the statement expands with `unnest`.
public struct ArrayLiteral: Sendable, Equatable {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]
    public private(set) var count = 0
    /// Whether a text with U+0000 was appended, which PostgreSQL cannot store.
    private(set) var holdsZero = false

    /// - Parameter capacity: the expected size in bytes.
    public init(capacity: Int = 0) { bytes.reserveCapacity(capacity + 2) }

    /// A text, quoted; nil is `NULL`.
    public mutating func append(_ text: String?) {
        separate()
        guard let text else { return bytes.append(contentsOf: Self.null) }
        let quote = UInt8(ascii: "\"")
        let backslash = UInt8(ascii: "\\")
        bytes.append(quote)
        if text.utf8.contains(where: { $0 == quote || $0 == backslash || $0 == 0 }) {
            for byte in text.utf8 {
                if byte == quote || byte == backslash { bytes.append(backslash) }
                if byte == 0 { holdsZero = true }
                bytes.append(byte)
            }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(quote)
    }

    /// A whole number; nil is `NULL`.
    public mutating func append(_ number: Int64?) {
        separate()
        if let number { DecimalText.write(number, to: &bytes) } else { bytes.append(contentsOf: Self.null) }
    }

    /// A moment, for `timestamptz`.
    ///
    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
    public mutating func append(milliseconds: Int64) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        MomentText.write(milliseconds: milliseconds, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Characters that need no quotes, such as hexadecimal digits, enum labels and hyphens.
    public mutating func append(unquoted characters: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: characters)
    }

    private static let null = Array("NULL".utf8)

    private mutating func separate() {
        if count > 0 { bytes.append(UInt8(ascii: ",")) }
        count += 1
    }
}
