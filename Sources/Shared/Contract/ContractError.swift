public import JSON

/// A message that does not have the form of its queue's messages. A retry fails as well: the message is parked with this as its reason.
public enum ContractError: Error, Equatable, CustomStringConvertible {
    /// The `type` property has another value.
    case wrongType(expected: String, found: String?)
    /// A property or header is absent or of another form.
    case property(name: String, problem: String)
    case syntax(JSONSyntaxError)
    case field(FieldError)
    case tooLarge(bytes: Int, limit: Int)

    /// Runs the body, which reads a message.
    ///
    /// - Throws: the error of the document as a `ContractError`.
    public static func reading<Value>(_ body: () throws -> Value) throws(ContractError) -> Value {
        do {
            return try body()
        } catch let error as JSONSyntaxError {
            throw .syntax(error)
        } catch let error as FieldError {
            throw .field(error)
        } catch {
            throw .property(name: "the body", problem: "cannot be read")
        }
    }

    public var description: String {
        switch self {
        case .wrongType(let expected, let found): "the message's type must be \(expected), not \(found ?? "absent")"
        case .property(let name, let problem): "\(name) \(problem)"
        case .syntax(let error): "the body is \(error)"
        case .field(let error): error.description
        case .tooLarge(let bytes, let limit): "the body has \(bytes) bytes; at most \(limit) are accepted"
        }
    }
}
