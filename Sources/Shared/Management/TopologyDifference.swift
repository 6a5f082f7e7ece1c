/// One difference between a broker and the definition.
public struct TopologyDifference: Sendable, Equatable, CustomStringConvertible {
    /// `queue send.email.bulk`.
    public let subject: String
    /// The rest of the sentence: "is missing".
    public let problem: String
    /// The command that fixes it.
    public let fix: String

    public var description: String { "\(subject) \(problem)\n    fix it: \(fix)" }

    static let apply = "posthorn topology apply"

    static func missing(_ subject: String) -> Self { Self(subject: subject, problem: "is missing", fix: apply) }
}
