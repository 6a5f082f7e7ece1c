/// One SQL statement with a name for errors. It is prepared once on each connection that runs it.
///
///     static let findChannel = Statement(
///         "find channel", "SELECT id FROM channels WHERE service_id = $1 AND name = $2")
///
/// Parameters are `$1`, `$2`, … and are sent beside the text, never inside it. The text is static, so no value can get into it.
public struct Statement: Sendable, Hashable, CustomStringConvertible {
    /// What the statement does, in a few words: "find channel".
    public let name: String
    public let sql: String

    public init(_ name: StaticString, _ sql: StaticString) {
        self.name = name.description
        self.sql = sql.description
    }

    /// A statement that is called by its own first words.
    public init(_ sql: StaticString) {
        self.sql = sql.description
        name = self.sql.split(whereSeparator: \.isWhitespace).prefix(6).joined(separator: " ")
    }

    public var description: String { name }
}
