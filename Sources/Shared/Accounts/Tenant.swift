public import Model

/// Who sends: the service to which an API key belongs, in whose name each call with that key is made.
public struct Tenant: Sendable, Hashable {
    /// The id of its row.
    public let id: Int64
    public let name: TenantName

    public init(id: Int64, name: TenantName) {
        self.id = id
        self.name = name
    }
}
