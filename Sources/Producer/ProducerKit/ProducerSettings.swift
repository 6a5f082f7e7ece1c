/// The service that a producer sends for, its broker, and how long it retries.
public struct ProducerSettings: Sendable {
    /// The service in whose name requests are sent.
    public var service: ServiceName
    public var broker: BrokerSettings
    /// How long a send is tried again while the broker is away, blocked or slow, before it fails.
    public var retryLimit: Duration = .seconds(30)

    public init(service: ServiceName, broker: BrokerSettings) {
        self.service = service
        self.broker = broker
    }

    /// For a service that sends as its own broker user, which has the service's name.
    ///
    /// - Parameters:
    ///   - url: `amqp://shop:password@host:5672/`, or `amqps://…`.
    ///   - certificateAuthority: PEM file of the authorities to trust for `amqps`; nil for those of the system.
    /// - Throws: `BrokerError.badURL`.
    public init(url: String, certificateAuthority: String? = nil) throws(BrokerError) {
        let broker = try BrokerSettings(url: url, certificateAuthority: certificateAuthority)
        guard let service = ServiceName(broker.user) else { throw .badURL("names a user whose name cannot be a service's") }
        self.init(service: service, broker: broker)
    }
}
