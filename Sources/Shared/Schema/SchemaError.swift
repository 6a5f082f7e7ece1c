/// The database's schema is older or newer than this program.
public struct SchemaError: Error, Equatable, CustomStringConvertible {
    /// The version that the database has; 0 where it has none.
    public let found: Int
    /// The version that this program needs.
    public let expected: Int

    public var description: String {
        found < expected
            ? "the database's schema is version \(found) and this program needs \(expected): run posthorn database migrate"
            : "the database's schema is version \(found) and this program knows only \(expected): run a newer posthorn"
    }
}
