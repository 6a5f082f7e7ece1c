/// The name of a service, the tenant of everything that it sends: 1–40 of `a-z`, `0-9` and `-`, beginning with a letter or digit.
/// It is the first word of a routing key, so it never holds a dot.
public struct TenantName: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        let allowed = text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard (1...40).contains(text.utf8.count), allowed, text.first != "-" else { return nil }
        self.text = text
    }

    public var description: String { text }
}

/// What a channel, a consumer, a reference or a dedupe key may be called: 1–200 characters (Unicode scalars, as JSON
/// Schema counts them), none of them a control character.
public enum Label {
    public static let rule = "must have 1 to 200 characters and no control characters"

    public static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.count <= 200
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
