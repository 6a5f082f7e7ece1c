/// A parameter of a statement. All but binary arrays are sent in PostgreSQL's text format, so that the server infers their type from the
/// statement: a UUID, an enum label or a timestamp is `.text`.
public enum DatabaseValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Must not contain U+0000: the statement then fails with SQLSTATE 22021.
    case text(String)
    /// For `bytea`.
    case bytes([UInt8])
    /// For an array of any type.
    case array(ArrayLiteral)
    /// For an array of exactly its type.
    case binaryArray(BinaryArray)

    /// A text, or null for nil.
    public static func text(_ text: String?) -> Self { text.map { .text($0) } ?? .null }

    /// An integer, or null for nil.
    public static func integer(_ number: Int?) -> Self { number.map { .integer(Int64($0)) } ?? .null }

    /// An array of texts, UUIDs or enum labels.
    public static func textArray(_ texts: some Sequence<String?>) -> Self {
        var literal = ArrayLiteral()
        for text in texts { literal.append(text) }
        return .array(literal)
    }

    /// An array of integers.
    public static func integerArray(_ numbers: some Sequence<Int64?>) -> Self {
        var literal = ArrayLiteral()
        for number in numbers { literal.append(number) }
        return .array(literal)
    }

    /// A moment, for `timestamptz`.
    ///
    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
    public static func moment(milliseconds: Int64) -> Self {
        var bytes: [UInt8] = []
        MomentText.write(milliseconds: milliseconds, to: &bytes)
        return .text(String(decoding: bytes, as: UTF8.self))
    }
}

extension DatabaseValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
}
