import Accounts
import Broker
import Database
import HTTPServer
public import Model
public import Runtime

/// Takes requests over HTTP: a producer like any other.
public struct GatewayRole: Role {
    public let name = "gateway"
    private let media: Media

    /// - Parameter media: those whose endpoints may be registered, and that requests may name.
    public init(media: Media = .posthorn) { self.media = media }

    /// Messages that may wait to be written to the broker over one connection. Two lanes share one, so each may have half as many requests on
    /// their way; what comes beyond that is answered with 503, first to the service that has most of them.
    private static let waitingLimit = 2000

    public func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = GatewaySettings(reading: &reader)
        var broker = BrokerSettings(reading: &reader)
        broker.waitingLimit = Self.waitingLimit
        let log = context.log.scoped(to: name)
        let database = Database(settings: DatabaseSettings(reading: &reader), log: log, metrics: context.metrics)
        // What fills up behind the other lanes must not be in the way of a log-in code.
        let priority = Publisher(settings: broker, name: "\(name) priority", log: log, metrics: context.metrics)
        let others = Publisher(settings: broker, name: name, log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { priority.isReady && others.isReady }
        let gateway = Self.gateway(
            settings, media: media, broker, database, { $0 == .priority ? priority : others }, log: log, metrics: context.metrics)
        return [database, priority, others, Self.server(settings, gateway, log: log, metrics: context.metrics)]
    }

    static func server(_ settings: GatewaySettings, _ gateway: Gateway, log: Log, metrics: Metrics) -> HTTPServer {
        HTTPServer(
            name: "gateway", address: settings.address, settings: HTTPServerSettings(bodyLimit: Request.sizeLimit), log: log,
            metrics: metrics, admission: gateway.admission, handler: gateway.answer)
    }

    static func gateway(
        _ settings: GatewaySettings, media: Media = .posthorn, _ broker: BrokerSettings, _ database: Database,
        _ publisher: @escaping @Sendable (Lane) -> Publisher, log: Log,
        metrics: Metrics
    ) -> Gateway {
        let requests = RequestStore(database: database)
        return Gateway(
            keys: KeyRing(KeyStore(database)), consumers: ConsumerStore(database: database),
            endpoints: EndpointStore(database: database), channels: KnownChannels(ChannelStore(database: database)),
            subscriptions: SubscriptionStore(database: database), requests: requests,
            requestCounts: RequestCounts(requests),
            notifications: NotificationStore(database: database),
            acceptor: RequestAcceptor(
                user: broker.user, requestLimit: waitingLimit / 2, byteLimit: broker.waitingBytesLimit / 2, publisher: publisher),
            keyedRequests: KeyedRequests(requests), endpointRule: EndpointRule(media: media, destinations: settings.destinations),
            masterKey: settings.masterKey, statistics: RouteStatistics(.gateway, metrics: metrics), log: log)
    }
}
