/// One address of one consumer on one medium.
public struct Endpoint: Sendable, Equatable {
    public let id: EndpointID
    public let medium: Medium
    /// In the form that the medium's description says.
    public let address: String
    public let parameters: EndpointParameters

    public init(id: EndpointID, medium: Medium, address: String, parameters: EndpointParameters = EndpointParameters()) {
        self.id = id
        self.medium = medium
        self.address = address
        self.parameters = parameters
    }
}
