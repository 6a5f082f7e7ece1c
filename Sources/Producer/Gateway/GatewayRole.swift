import Accounts
import Broker
import Cancellations
import Control
import Database
import HTTPServer
public import JSON
public import Model
public import Runtime
import WebAPI

/// Takes requests over HTTP: a producer like any other.
public struct GatewayRole: Role {
    public let name = "gateway"
    private let media: Media

    /// - Parameter media: those whose endpoints may be registered, and that requests may name.
    public init(media: Media = .posthorn) { self.media = media }

    /// What the gateway's API consists of. A new resource is a folder of its own and a line here.
    static func api(for media: Media) -> APIDefinition<GatewayDependencies> {
        APIDefinition(
            head: PackageResources.gateway_json, components: media.components,
            resources: [
                Mount(RequestResource.init),
                Mount(NotificationResource.init),
                Mount(ConsumerResource.init),
                Mount(EndpointResource.init),
                Mount(ChannelResource.init),
                Mount(SubscriptionResource.init),
            ])
    }

    /// Messages that may wait to be written to the broker over one connection. Two lanes share one, so each may have half as many requests on
    /// their way; what comes beyond that is answered with 503, first to the service that has most of them.
    private static let waitingLimit = 2000

    public func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = GatewaySettings(reading: &reader)
        var broker = BrokerSettings(reading: &reader)
        broker.waitingLimit = Self.waitingLimit
        let log = context.log.scoped(to: name)
        let database = Database(settings: DatabaseSettings(reading: &reader), log: log, metrics: context.metrics)
        // A separate connection, so that the other lanes cannot delay a login code.
        let priority = Publisher(settings: broker, name: "\(name) priority", log: log, metrics: context.metrics)
        let others = Publisher(settings: broker, name: name, log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { priority.isReady && others.isReady }
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let control = ControlService(
            Participant(.gateway), watching: [.router, .sender], subscriber: subscriber, publisher: others, log: log,
            metrics: context.metrics)
        let notices = CancellationNotices(control)
        let server = try Self.server(
            settings, media: media, broker, database, { $0 == .priority ? priority : others },
            notifyOfCancellation: { await notices.send($0) }, log: log, metrics: context.metrics)
        return [database, priority, others, subscriber, control, server]
    }

    /// The description of the API: an OpenAPI document, which a gateway serves at `/openapi.json`. It needs no settings.
    public func description() throws -> JSON { try Self.api(for: media).description() }

    /// - Parameters:
    ///   - publisher: over which a lane's requests go.
    ///   - notifyOfCancellation: sends a cancellation to the routers and senders.
    static func server(
        _ settings: GatewaySettings, media: Media = .posthorn, _ broker: BrokerSettings, _ database: Database,
        _ publisher: @escaping @Sendable (Lane) -> Publisher,
        notifyOfCancellation: @escaping @Sendable (Cancellation) async -> CancellationNotices.Reach, log: Log, metrics: Metrics
    ) throws -> HTTPServer {
        let dependencies = GatewayDependencies(
            media: media, database: database, channels: ChannelCache(ChannelStore(database: database)),
            acceptor: RequestAcceptor(
                user: broker.user, requestLimit: waitingLimit / 2, byteLimit: broker.waitingBytesLimit / 2, publisher: publisher),
            notifyOfCancellation: notifyOfCancellation,
            endpointRule: EndpointRule(media: media, destinations: settings.destinations), masterKey: settings.masterKey, log: log
        )
        let api = try API(
            api(for: media), on: dependencies, keys: KeyAuthenticator(KeyStore(database)), name: "gateway", log: log,
            metrics: metrics)
        return HTTPServer(
            name: "gateway", address: settings.address, settings: HTTPServerSettings(bodyLimit: Request.sizeLimit), log: log,
            metrics: metrics, admission: api.admission, handler: api.answer)
    }
}
