public import JSON

/// What the description says of a route (OpenAPI 3.1, section 4.8.10). What follows from the rest is not written: the parameters of the path,
/// the answers to a missing key and to an outage, and those to a body or a query that is wrong.
public struct Operation: Sendable {
    /// What a route reads of a call besides its path. The names are those of components.
    public enum Input: Sendable {
        /// Neither query nor body is looked at.
        case nothing
        /// The query, which may hold these parameters and nothing else.
        case query([String] = [])
        case body(Body, headers: [String] = [])
    }

    /// A JSON body.
    public struct Body: Sendable {
        let schema: String
        let example: JSON
        let isRequired: Bool

        /// - Parameter schema: the name of a component.
        public init(_ schema: String, example: JSON, isRequired: Bool = true) {
            self.schema = schema
            self.example = example
            self.isRequired = isRequired
        }
    }

    let id: String
    let tag: Tag
    let summary: String
    let details: String?
    let needsKey: Bool
    let input: Input
    let answers: [Answer]

    /// - Parameters:
    ///   - id: the `operationId`, which no other operation has.
    ///   - summary: a few words, without a full stop.
    ///   - details: full sentences.
    ///   - answers: those that do not follow from the rest; one of them stands for the implied one of the same status.
    public init(
        _ id: String, _ tag: Tag, _ summary: String, details: String? = nil, needsKey: Bool = true, _ input: Input,
        answers: [Answer]
    ) {
        self.id = id
        self.tag = tag
        self.summary = summary
        self.details = details
        self.needsKey = needsKey
        self.input = input
        self.answers = answers
    }

    /// All answers, in the order of their statuses.
    var allAnswers: [Answer] {
        var implied: [Answer] =
            needsKey ? [.shared(401, "Unauthenticated"), .shared(500, "InternalError"), .shared(503, "DatabaseUnavailable")] : []
        switch input {
        case .nothing: break
        case .query: implied.append(.shared(400, "InvalidQuery"))
        case .body:
            implied += [
                .shared(400, "MalformedBody"), .shared(413, "BodyTooLarge"), .shared(415, "UnsupportedMediaType"),
                .shared(422, "InvalidField"),
            ]
        }
        let own = Set(answers.map(\.status))
        return (answers + implied.filter { !own.contains($0.status) }).sorted { $0.status < $1.status }
    }
}
