/// The database's schema is not the one that this program needs.
public enum SchemaError: Error, Equatable, CustomStringConvertible {
    /// - found: the version that the database has; 0 where it has none.
    /// - expected: the version that this program needs.
    case version(found: Int, expected: Int)
    /// The database does not know these media.
    case missingMedia([String])

    public var description: String {
        switch self {
        case .version(let found, let expected) where found < expected:
            "the database's schema is version \(found) and this program needs \(expected): run posthorn database migrate"
        case .version(let found, let expected):
            "the database's schema is version \(found) and this program knows only \(expected): run a newer posthorn"
        case .missingMedia(let names):
            "the database does not know the media \(names.joined(separator: ", ")): run posthorn database migrate"
        }
    }
}
