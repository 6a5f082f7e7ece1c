/// What is wrong with an API's list of resources. It never depends on a call, so a test sees it.
public enum APIError: Error, Equatable, CustomStringConvertible {
    /// A call would find two routes.
    case ambiguousRoute(HTTPMethod, String, String)
    /// Two resources describe a component of this kind and name.
    case repeatedComponent(kind: String, name: String)
    /// Two routes have this operation id.
    case repeatedOperation(String)
    /// Nobody describes what is referred to.
    case unknownReference(String)
    /// A part of the description is no JSON object.
    case unreadable(String)

    public var description: String {
        switch self {
        case .ambiguousRoute(let method, let pattern, let other): "\(method.rawValue) \(pattern) is ambiguous: there is \(other)"
        case .repeatedComponent(let kind, let name): "\(kind)/\(name) is described twice"
        case .repeatedOperation(let id): "there are two operations \(id)"
        case .unknownReference(let reference): "nothing describes \(reference)"
        case .unreadable(let problem): "a part of the description cannot be read: \(problem)"
        }
    }
}
