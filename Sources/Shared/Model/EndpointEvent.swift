/// A step of an endpoint.
public struct EndpointEvent: Sendable, Equatable {
    public enum Kind: String, CaseIterable, Sendable {
        /// It has taken nothing for so long that nothing more is sent to it until its service enables it.
        case disabled = "endpoint-disabled"
    }

    public let kind: Kind
    public let endpoint: EndpointID
    public let tenant: TenantName
    public let consumer: String
    public let medium: Medium
    /// The first failure since its last success.
    public let failingSince: Timestamp
    public let at: Timestamp
    /// Why, and what to do.
    public let reason: String

    public init(
        kind: Kind, endpoint: EndpointID, tenant: TenantName, consumer: String, medium: Medium, failingSince: Timestamp,
        at: Timestamp, reason: String
    ) {
        self.kind = kind
        self.endpoint = endpoint
        self.tenant = tenant
        self.consumer = consumer
        self.medium = medium
        self.failingSince = failingSince
        self.at = at
        self.reason = reason
    }

    /// Endpoints belong to no lane; their events travel with those of this one.
    public static let lane = Lane.normal
}
