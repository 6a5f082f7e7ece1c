/// A way to reach somebody.
public enum Medium: String, CaseIterable, Sendable, Codable {
    case email
    case webhook
}
