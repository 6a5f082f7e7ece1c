public import Accounts
public import HTTPServer
public import JSON
public import Model

/// One authenticated request to one route.
public struct Call: Sendable {
    public let request: ServerRequest
    /// Whose API key it is.
    public let tenant: Tenant
    /// The values of the pattern's parameters in the path, in their order.
    public let parameters: [String]

    /// The name that the path gives, of a channel or a consumer.
    ///
    /// - Parameter index: which of `parameters`.
    /// - Throws: `Problem` 404 where nothing could have such a name.
    public func label(_ index: Int) throws(Problem) -> String {
        guard Label.isValid(parameters[index]) else {
            throw .notFound("Nothing has such a name: a name \(Label.rule).")
        }
        return parameters[index]
    }

    /// The id that the path gives.
    ///
    /// - Parameters:
    ///   - index: which of `parameters`.
    ///   - what: what has such an id, in one word.
    /// - Throws: `Problem` 404 where it is no id.
    public func id<Subject>(_ index: Int, of what: String) throws(Problem) -> ID<Subject> {
        guard let id = ID<Subject>(parameters[index]) else {
            throw .notFound("There is no \(what) \"\(parameters[index])\": an id is a UUID.")
        }
        return id
    }

    /// The body, which must be JSON and say so.
    ///
    /// - Throws: `Problem` 415; `JSONSyntaxError`.
    public func document() throws -> JSON {
        let type = request.header("content-type").map { $0.prefix { $0 != ";" }.lowercased() }
        guard type?.trimmingSuffix(while: \.isWhitespace) == "application/json" else { throw Problem.unsupportedMediaType }
        return try JSON(parsing: request.body)
    }

    /// Reads the query. Finish it also where no parameter is known, so that an unknown one is refused.
    public func query() -> QueryReader { QueryReader(request.query) }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
