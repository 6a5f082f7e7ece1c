import Model

/// Why a tool failed.
enum ToolError: Error, CustomStringConvertible {
    case userExists(TenantName)
    case noSuchKey(String)
    case noSuchService(TenantName)

    var description: String {
        switch self {
        case .userExists(let name):
            "RabbitMQ already has a user named \(name) that is not a service's; nothing was changed.\n    choose another name, or: rabbitmqctl delete_user \(name)"
        case .noSuchKey(let id): "there is no key \(id) in force; posthorn key list shows them"
        case .noSuchService(let name): "there is no service \(name); create it: posthorn service create \(name)"
        }
    }
}
