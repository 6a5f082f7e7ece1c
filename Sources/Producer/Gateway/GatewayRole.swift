import Broker
import Database
import HTTPServer
import Model
public import Runtime

/// Takes requests over HTTP: a producer like any other.
public enum GatewayRole: Role {
    public static let name = "gateway"

    public static func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = GatewaySettings(reading: &reader)
        let broker = BrokerSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        let database = Database(settings: DatabaseSettings(reading: &reader), log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: name, log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady }
        let gateway = gateway(settings, broker, database, publisher, log: log, metrics: context.metrics)
        let server = HTTPServer(
            name: name, address: settings.address, settings: HTTPServerSettings(bodyLimit: Request.sizeLimit), log: log,
            handler: gateway.answer)
        return [database, publisher, server]
    }

    static func gateway(
        _ settings: GatewaySettings, _ broker: BrokerSettings, _ database: Database, _ publisher: Publisher, log: Log,
        metrics: Metrics
    ) -> Gateway {
        let publishing = PublishQueue { messages, limit throws(PublishError) in
            try await publisher.publish(messages, within: limit)
        }
        return Gateway(
            keys: KeyRing(KeyStore(database)), consumers: ConsumerStore(database: database),
            endpoints: EndpointStore(database: database), channels: KnownChannels(ChannelStore(database: database)),
            subscriptions: SubscriptionStore(database: database), requests: RequestStore(database: database),
            notifications: NotificationStore(database: database),
            acceptor: RequestAcceptor(publishing: publishing, user: broker.user), endpointRule: settings.endpointRule,
            masterKey: settings.masterKey, statistics: RouteStatistics(.gateway, metrics: metrics), log: log)
    }
}
