/// One address of one consumer on one medium.
public struct Endpoint: Sendable, Equatable {
    public let id: EndpointID
    public let medium: Medium
    /// An email address or a webhook's web address.
    public let address: String
    /// Counts up when the endpoint's signing secret is renewed; from 1.
    public let secretGeneration: Int

    public init(id: EndpointID, medium: Medium, address: String, secretGeneration: Int = 1) {
        self.id = id
        self.medium = medium
        self.address = address
        self.secretGeneration = secretGeneration
    }
}
