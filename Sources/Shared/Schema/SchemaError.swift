/// The database schema is not the one that this program needs.
public enum SchemaError: Error, Equatable, CustomStringConvertible {
    /// - found: the version of the database schema; 0 if it has none.
    /// - expected: the version that this program needs.
    case version(found: Int, expected: Int)
    /// The enum `medium` does not contain these media.
    case missingMedia([String])

    public var description: String {
        switch self {
        case .version(let found, let expected) where found < expected:
            "the database schema has version \(found), and this program needs version \(expected); fix it: posthorn database migrate"
        case .version(let found, let expected):
            "the database schema has version \(found), and this program supports only version \(expected); fix it: install a newer posthorn"
        case .missingMedia(let names):
            "the database schema does not have the media \(names.joined(separator: ", ")); fix it: posthorn database migrate"
        }
    }
}
