/// An error of a stage itself. The batch is retried, so that none of its requests is lost.
enum StageError: Error, Equatable, CustomStringConvertible {
    /// A query for several requests returned more or fewer answers than there were requests.
    case miscounted(answers: Int)

    var description: String {
        switch self {
        case .miscounted(let answers): "a query for several requests returned \(answers) answers, which is not one for each"
        }
    }
}
