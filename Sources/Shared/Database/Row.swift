/// One row of a result. An accessor throws `DatabaseError.unexpectedResult` if the column does not exist, is unexpectedly null, or has
/// another type.
public struct Row: Sendable {
    /// A column by index, from 0, or by name.
    public enum Column: Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, CustomStringConvertible {
        case index(Int)
        case name(String)

        public init(integerLiteral value: Int) { self = .index(value) }
        public init(stringLiteral value: String) { self = .name(value) }

        public var description: String {
            switch self {
            case .index(let index): "column \(index)"
            case .name(let name): "column \"\(name)\""
            }
        }
    }

    let storage: RowStorage
    let first: Int

    public func optionalText(_ column: Column) throws(DatabaseError) -> String? {
        try cell(column).map { String(decoding: $0, as: UTF8.self) }
    }

    public func optionalInteger(_ column: Column) throws(DatabaseError) -> Int64? {
        try value(column, kind: "an integer", DecimalText.read)
    }

    public func optionalBool(_ column: Column) throws(DatabaseError) -> Bool? {
        try value(column, kind: "a boolean") { cell in
            cell.count == 1 ? (cell.first == UInt8(ascii: "t") ? true : cell.first == UInt8(ascii: "f") ? false : nil) : nil
        }
    }

    /// For `bytea`.
    public func optionalBytes(_ column: Column) throws(DatabaseError) -> [UInt8]? {
        try value(column, kind: "a byte string", ByteaText.read)
    }

    /// For `timestamptz`: milliseconds since 1970-01-01T00:00:00Z.
    public func optionalMilliseconds(_ column: Column) throws(DatabaseError) -> Int64? {
        try value(column, kind: "a timestamp in UTC", MomentText.read)
    }

    /// For an array of one dimension, without nulls, of any type.
    public func optionalTexts(_ column: Column) throws(DatabaseError) -> [String]? {
        try value(column, kind: "an array without nulls", ArrayText.read)
    }

    public func text(_ column: Column) throws(DatabaseError) -> String { try present(optionalText(column), column) }
    public func integer(_ column: Column) throws(DatabaseError) -> Int64 { try present(optionalInteger(column), column) }
    public func bool(_ column: Column) throws(DatabaseError) -> Bool { try present(optionalBool(column), column) }
    public func texts(_ column: Column) throws(DatabaseError) -> [String] { try present(optionalTexts(column), column) }
    public func milliseconds(_ column: Column) throws(DatabaseError) -> Int64 {
        try present(optionalMilliseconds(column), column)
    }

    private func value<Value>(_ column: Column, kind: String, _ read: (ArraySlice<UInt8>) -> Value?) throws(DatabaseError)
        -> Value?
    {
        guard let cell = try cell(column) else { return nil }
        guard let value = read(cell) else { throw unexpected("\(column) is not \(kind)") }
        return value
    }

    private func present<Value>(_ value: Value?, _ column: Column) throws(DatabaseError) -> Value {
        guard let value else { throw unexpected("\(column) is null") }
        return value
    }

    private func cell(_ column: Column) throws(DatabaseError) -> ArraySlice<UInt8>? {
        let index: Int? =
            switch column {
            case .index(let index): storage.columns.indices.contains(index) ? index : nil
            case .name(let name): storage.columns.firstIndex(of: name)
            }
        guard let index else { throw unexpected("there is no \(column)") }
        return storage.cell(first + index)
    }

    private func unexpected(_ problem: String) -> DatabaseError {
        .unexpectedResult(problem: problem, statement: storage.statement)
    }
}
