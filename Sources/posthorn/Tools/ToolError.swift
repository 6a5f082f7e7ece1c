import Model

/// Why a tool failed.
enum ToolError: Error, CustomStringConvertible {
    case userExists(TenantName)
    case noSuchKey(String)
    case noSuchService(TenantName)
    case noSuchParked([String])
    case parkedRefused(user: String, text: String)

    var description: String {
        switch self {
        case .userExists(let name):
            "RabbitMQ already has a user named \(name) that is not a service's; nothing was changed.\n    choose another name, or: rabbitmqctl delete_user \(name)"
        case .noSuchKey(let id): "there is no key \(id) in force; posthorn key list shows them"
        case .noSuchParked(let ids):
            "no parked message has the id \(ids.joined(separator: ", ")); posthorn parked list --each shows them"
        case .parkedRefused(let user, let text):
            "the broker user \(user) may not read or publish parked messages: \(text)\n    docs/operations.md lists its permissions"
        case .noSuchService(let name): "there is no service \(name); create it: posthorn service create \(name)"
        }
    }
}
