/// A PostgreSQL error code of five characters (PostgreSQL manual, appendix A).
public struct SQLState: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    public let code: String

    public init(_ code: String) { self.code = code }
    public init(stringLiteral value: StaticString) { code = value.description }

    public static let uniqueViolation: Self = "23505"
    public static let queryCanceled: Self = "57014"
    public static let untranslatableCharacter: Self = "22021"

    public var description: String { code }

    /// The error class: the first two characters.
    public var category: Substring { code.prefix(2) }

    /// Whether a retry may succeed without any change: lost connections (08), conflicts between transactions (40), insufficient resources
    /// (53), locks (55P03), shutdowns and crashes (57), system errors (58), and a server that has become a replica (25006).
    var isTransient: Bool {
        ["08", "40", "53", "57", "58"].contains(category) || self == "55P03" || self == "25006"
    }

    /// Whether a value caused the error: data exceptions (22), integrity constraints (23), a row that a statement would change twice (21),
    /// and values beyond the server's limits, such as those of an index (54).
    var isFaultOfData: Bool { ["21", "22", "23", "54"].contains(category) }

    /// Whether the server's message is safe to show. In these classes it contains names of tables, columns and roles, and limits; in all
    /// others it may contain a value.
    var hasHarmlessMessage: Bool {
        ["08", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "XX"].contains(category)
    }
}
