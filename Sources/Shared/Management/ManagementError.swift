public import JSON
public import Transfers

/// Why the management API did not do what it was asked.
public enum ManagementError: Error, CustomStringConvertible {
    case unreachable(TransferError)
    /// 401: user or password are wrong, or the user lacks the tag that lets it use the API.
    case notAuthorised
    /// 404.
    case notFound(what: String)
    /// The broker has no exchanges of a type that is declared.
    case pluginMissing(name: String)
    /// Any other status. The reason is the broker's.
    case refused(status: Int, reason: String)
    /// 200 and no JSON.
    case unreadable(JSONSyntaxError)

    public var description: String {
        switch self {
        case .unreachable(let error): "the management API cannot be reached: \(error) (see POSTHORN_MANAGEMENT_URL)"
        case .notAuthorised:
            "the management API does not let this user in; it needs the tag administrator: rabbitmqctl set_user_tags USER administrator"
        case .notFound(let what): "the broker has no \(what)"
        case .pluginMissing(let name):
            "the broker lacks the plugin \(name); enable it on each node: rabbitmq-plugins enable \(name)"
        case .refused(let status, let reason): "the management API answered \(status): \(reason)"
        case .unreadable(let error): "the management API's answer is \(error)"
        }
    }
}
