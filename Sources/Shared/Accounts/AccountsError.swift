public import Model

/// What an account was asked for and does not have. Never worth a retry.
public enum AccountsError: Error, Equatable, CustomStringConvertible {
    case unknownTenant(TenantName)

    public var description: String {
        switch self {
        case .unknownTenant(let name): "there is no service \"\(name)\"; make it with posthorn service create \(name)"
        }
    }
}
