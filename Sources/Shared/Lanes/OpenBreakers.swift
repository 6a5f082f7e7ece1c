import JSON
public import Model

/// The destinations of a medium that a process does not call now.
public struct OpenBreakers: Sendable, Equatable {
    /// A report names at most this many.
    public static let namedLimit = 5

    public let medium: Medium
    public let count: Int
    /// Some of them.
    public let destinations: [String]

    public init(_ medium: Medium, count: Int, destinations: [String]) {
        self.medium = medium
        self.count = count
        self.destinations = destinations
    }

    init(_ document: JSON, at path: String, index: Int) throws(FieldError) {
        var fields = try FieldReader(document, at: path, index: index)
        guard let medium = Medium(rawValue: try fields.requiredString("medium")) else {
            throw fields.wrong("medium", "is not the name of a medium")
        }
        self.init(
            medium, count: Int(try fields.integer("count", in: 0...Int64(Int32.max)) ?? 0),
            destinations: try fields.strings("destinations", atMost: Self.namedLimit) ?? [])
    }

    var document: JSON {
        [
            "medium": .string(medium.rawValue), "count": .integer(Int64(count)),
            "destinations": .array(destinations.map { .string($0) }),
        ]
    }
}
