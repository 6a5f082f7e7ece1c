import JSON

/// The values of one notification, in addition to the content that the whole fan-out shares: texts by name, for the placeholders of a
/// template.
///
/// They are encoded once, and their size is limited, so that a message of several notifications stays small.
public struct NotificationValues: Sendable, Equatable {
    /// How long the encoded values of one notification may be, in bytes.
    public static let sizeLimit = 16 << 10
    /// How long a name may be, in bytes.
    public static let nameLimit = 64

    /// Any text, under a name of 1 to 64 bytes without NUL.
    public let byName: [String: String]
    /// A JSON object of strings (RFC 8259), UTF-8. The same values have the same bytes.
    public let encoded: [UInt8]

    /// - Throws: `NotificationValuesError`; never worth a retry.
    public init(_ values: [String: String]) throws(NotificationValuesError) {
        for name in values.keys where !(1...Self.nameLimit).contains(name.utf8.count) || name.utf8.contains(0) {
            throw .name(bytes: name.utf8.count)
        }
        var writer = JSONWriter()
        writer.object { object in
            for (name, value) in values.sorted(by: { $0.key < $1.key }) { object.member(name, value) }
        }
        guard writer.bytes.count <= Self.sizeLimit else { throw .tooLarge(bytes: writer.bytes.count) }
        byName = values
        encoded = writer.bytes
    }

    /// Reads the bytes of `encoded`.
    ///
    /// - Throws: `NotificationValuesError`; never worth a retry.
    public init(encoded: [UInt8]) throws(NotificationValuesError) {
        guard encoded.count <= Self.sizeLimit else { throw .tooLarge(bytes: encoded.count) }
        guard let members = (try? JSON(parsing: encoded, allowingNUL: true))?.objectValue else { throw .malformed }
        var values: [String: String] = [:]
        for member in members {
            guard let value = member.value.stringValue else { throw .malformed }
            values[member.name] = value
        }
        try self.init(values)
    }

    public static func == (left: Self, right: Self) -> Bool { left.encoded == right.encoded }
}

/// Why values cannot be part of a notification.
public enum NotificationValuesError: Error, Equatable, CustomStringConvertible {
    /// A name is empty, too long or contains NUL.
    case name(bytes: Int)
    case tooLarge(bytes: Int)
    /// Not a JSON object of strings.
    case malformed

    public var description: String {
        switch self {
        case .name(let bytes): "a value's name must have 1 to \(NotificationValues.nameLimit) bytes and no NUL; it has \(bytes)"
        case .tooLarge(let bytes): "the values have \(bytes) bytes; at most \(NotificationValues.sizeLimit) are taken"
        case .malformed: "the values are no JSON object of strings"
        }
    }
}
