public import JSON
public import Transfers

/// Why a call of the management API failed.
public enum ManagementError: Error, CustomStringConvertible {
    case unreachable(TransferError)
    /// 401: user or password are wrong, or the user lacks the tag that the API requires.
    case notAuthorised
    /// 404.
    case notFound(what: String)
    /// The broker does not support the type of a declared exchange.
    case pluginMissing(name: String)
    /// Any other status. The reason is the broker's.
    case refused(status: Int, reason: String)
    /// 200 without JSON.
    case unreadable(JSONSyntaxError)

    public var description: String {
        switch self {
        case .unreachable(let error): "the management API cannot be reached: \(error) (see POSTHORN_MANAGEMENT_URL)"
        case .notAuthorised:
            "the management API refused the user or password; the user needs the tag administrator: rabbitmqctl set_user_tags USER administrator"
        case .notFound(let what): "the broker has no \(what)"
        case .pluginMissing(let name):
            "the broker lacks the plugin \(name); enable it on each node: rabbitmq-plugins enable \(name)"
        case .refused(let status, let reason): "the management API answered \(status): \(reason)"
        case .unreadable(let error): "the management API's answer is \(error)"
        }
    }
}
