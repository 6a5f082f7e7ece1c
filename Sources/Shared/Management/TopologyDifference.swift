/// One thing that a broker has otherwise than declared.
public struct TopologyDifference: Sendable, Equatable, CustomStringConvertible {
    /// `queue send.email.bulk`.
    public let subject: String
    /// The rest of the sentence: "is missing".
    public let problem: String
    /// The command that mends it.
    public let mend: String

    public var description: String { "\(subject) \(problem)\n    mend it: \(mend)" }

    static let apply = "posthorn topology apply"

    static func missing(_ subject: String) -> Self { Self(subject: subject, problem: "is missing", mend: apply) }
}
