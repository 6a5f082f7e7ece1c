/// What changes while a role takes part in `control`.
struct ControlState {
    /// Whether it may publish: it has started, and its broker user has the permissions.
    var isAvailable = false
    /// Whether the broker has refused a permission.
    var isRefused = false
    var presence = PresenceTable()
    /// By their ids.
    var questions: [String: OpenQuestion] = [:]
    var lastQuestion = 0
    /// How many questions of others are being answered.
    var answering = 0

    mutating func nextQuestion() -> String {
        lastQuestion += 1
        return "\(lastQuestion)"
    }
}

/// A question that waits for answers.
struct OpenQuestion {
    var answers: [String: ControlEnvelope] = [:]
    /// Yields for each answer.
    let arrival: AsyncStream<Void>.Continuation
}
