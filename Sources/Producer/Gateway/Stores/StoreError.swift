public import Model

/// What a store was asked about and does not have.
public enum StoreError: Error, Equatable, CustomStringConvertible {
    case unknownService(ServiceName)

    public var description: String {
        switch self {
        case .unknownService(let name): "there is no service \"\(name)\"; make it with posthorn service create \(name)"
        }
    }
}
