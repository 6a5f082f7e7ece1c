import Accounts
import HTTPServer
import JSON
import Model

/// One authenticated request to one route.
struct Call: Sendable {
    let request: ServerRequest
    let tenant: Tenant
    /// What stands in the path for the pattern's parameters, in their order.
    let parameters: [String]

    /// The name that the path gives, of a channel or a consumer.
    ///
    /// - Throws: `Problem` 404 where nothing could have such a name.
    func label(_ index: Int) throws(Problem) -> String {
        guard Label.isValid(parameters[index]) else {
            throw .notFound("Nothing has such a name: a name \(Label.rule).")
        }
        return parameters[index]
    }

    /// The id that the path gives.
    func id<Subject>(_ index: Int, of what: String) throws(Problem) -> ID<Subject> {
        guard let id = ID<Subject>(parameters[index]) else {
            throw .notFound("There is no \(what) \"\(parameters[index])\": an id is a UUID.")
        }
        return id
    }

    /// The body, which must be JSON and say so.
    func document() throws -> JSON {
        let type = request.header("content-type").map { $0.prefix { $0 != ";" }.lowercased() }
        guard type?.trimmingSuffix(while: \.isWhitespace) == "application/json" else { throw Problem.unsupportedMediaType }
        return try JSON(parsing: request.body)
    }

    /// Refuses a body where none is expected to mean anything.
    func query() -> QueryReader { QueryReader(request.query) }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, predicate(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }
}
