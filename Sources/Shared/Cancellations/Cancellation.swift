public import Model

/// That a service has cancelled one of its requests: nothing more of it is to be sent.
public struct Cancellation: Sendable, Hashable {
    public let tenant: TenantName
    public let request: RequestID
    /// When it was recorded, by the database's clock.
    public let at: Timestamp

    public init(tenant: TenantName, request: RequestID, at: Timestamp) {
        self.tenant = tenant
        self.request = request
        self.at = at
    }
}
