/// An invalid field of a document, and how to fix it.
public struct FieldError: Error, Equatable, CustomStringConvertible {
    /// The path of the field: `to[0].email`; empty for the document itself.
    public let field: String
    /// What is expected, as the rest of a sentence that begins with the field: "must be a string".
    public let problem: String

    public init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    public var description: String { field.isEmpty ? "the document \(problem)" : "\(field) \(problem)" }
}
