/// The answers to a question on `control`.
public struct Answers<Answer: Sendable>: Sendable {
    /// By the id of the participant.
    public let answers: [String: Answer]
    public let completeness: Completeness

    public init(_ answers: [String: Answer], _ completeness: Completeness) {
        self.answers = answers
        self.completeness = completeness
    }
}

/// Whether every process that is there has answered a question.
public enum Completeness: Sendable, Equatable {
    case complete
    /// This many processes are there and have not answered.
    case missing(Int)
    /// It is not known who is there: the broker is away, or this process may not use `control`.
    case unknown
}
