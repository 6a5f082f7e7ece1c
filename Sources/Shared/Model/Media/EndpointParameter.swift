/// Something that an endpoint of a medium has besides its address.
public struct EndpointParameter: Sendable, Equatable {
    /// As documents and headers write it: `secret_generation`.
    public let name: String
    public let origin: Origin

    public enum Origin: Sendable {
        /// Posthorn keeps it; nobody can set it.
        case posthorn
        /// Whoever registers the endpoint must give it.
        case registration
    }

    public init(_ name: String, from origin: Origin) {
        self.name = name
        self.origin = origin
    }

    /// Counts up when the endpoint's signing secret is renewed; an endpoint without it is at 1.
    public static let secretGeneration = EndpointParameter("secret_generation", from: .posthorn)
}
