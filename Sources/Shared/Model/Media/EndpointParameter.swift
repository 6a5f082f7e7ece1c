/// A value that an endpoint of a medium has besides its address.
public struct EndpointParameter: Sendable, Equatable {
    /// The name in documents and headers: `secret_generation`.
    public let name: String
    public let origin: Origin

    public enum Origin: Sendable {
        /// Posthorn sets it; a service cannot.
        case posthorn
        /// Required when the endpoint is registered.
        case registration
    }

    public init(_ name: String, from origin: Origin) {
        self.name = name
        self.origin = origin
    }

    /// Counts up when the endpoint's signing secret is renewed; an endpoint without it is at 1.
    public static let secretGeneration = EndpointParameter("secret_generation", from: .posthorn)
}
