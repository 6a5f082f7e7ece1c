public import JSON

/// What the description says of one status of an operation (OpenAPI 3.1, section 4.8.17).
public struct Answer: Sendable {
    /// The shape of a JSON answer.
    public enum Schema: Sendable, ExpressibleByStringLiteral {
        /// A component.
        case named(String)
        /// One of these components.
        case oneOf([String])
        case anyObject

        public init(stringLiteral name: String) { self = .named(name) }
    }

    enum Content: Sendable {
        /// A component of `responses`.
        case shared(String)
        case json(String, Schema, headers: JSON?)
        case problem(String)
        case empty(String)
    }

    let status: Int
    let content: Content

    /// A document.
    ///
    /// - Parameter headers: by their names (OpenAPI 3.1, section 4.8.21).
    public static func json(_ status: Int, _ description: String, _ schema: Schema, headers: JSON? = nil) -> Answer {
        Answer(status: status, content: .json(description, schema, headers: headers))
    }

    /// 204, without a body.
    public static func noContent(_ description: String) -> Answer { Answer(status: 204, content: .empty(description)) }

    /// A problem document.
    public static func problem(_ status: Int, _ description: String) -> Answer {
        Answer(status: status, content: .problem(description))
    }

    /// An answer that several operations give.
    ///
    /// - Parameter name: of a component of `responses`.
    public static func shared(_ status: Int, _ name: String) -> Answer { Answer(status: status, content: .shared(name)) }

    /// 404: the tenant has nothing of that name or id.
    public static let notFound = shared(404, "NotFound")
}
