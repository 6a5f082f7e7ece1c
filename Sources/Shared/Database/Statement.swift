/// One SQL statement, with a name for errors. Each connection prepares it once.
///
///     static let findChannel = Statement(
///         "find channel", "SELECT id FROM channels WHERE service_id = $1 AND name = $2")
///
/// Parameters are `$1`, `$2`, … and are sent separately from the SQL. The SQL is static, so it cannot contain a value.
public struct Statement: Sendable, Hashable, CustomStringConvertible {
    /// What the statement does, in a few words: "find channel".
    public let name: String
    public let sql: String

    public init(_ name: StaticString, _ sql: StaticString) {
        self.name = name.description
        self.sql = sql.description
    }

    /// A statement whose name is its first six words.
    public init(_ sql: StaticString) {
        self.sql = sql.description
        name = self.sql.split(whereSeparator: \.isWhitespace).prefix(6).joined(separator: " ")
    }

    public var description: String { name }
}
