/// What is wrong with a stage itself. The batch is tried again, so that none of its requests is lost.
enum StageError: Error, Equatable, CustomStringConvertible {
    /// A question for several requests got more or fewer answers than there were questions.
    case miscounted(answers: Int)

    var description: String {
        switch self {
        case .miscounted(let answers): "a question for several requests got \(answers) answers, which is not one for each"
        }
    }
}
