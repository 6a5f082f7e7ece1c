import Model

/// Why a tool did not do what it was asked.
enum ToolError: Error, CustomStringConvertible {
    case userExists(TenantName)
    case noSuchKey(String)
    case noSuchService(TenantName)

    var description: String {
        switch self {
        case .userExists(let name):
            "RabbitMQ has a user named \(name) already that is no service's; nothing was done.\n    choose another name, or: rabbitmqctl delete_user \(name)"
        case .noSuchKey(let id): "there is no key \(id) in force; posthorn key list shows them"
        case .noSuchService(let name): "there is no service \(name); make it: posthorn service create \(name)"
        }
    }
}
