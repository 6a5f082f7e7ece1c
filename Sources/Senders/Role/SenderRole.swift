import Broker
import Cancellations
import Connections
import Control
import Database
import EmailSender
public import Runtime
public import Senders
import WebhookSender

/// Delivers notifications. It is above all senders in the module graph, because no sender imports another.
public struct SenderRole: Role {
    /// What Posthorn can send.
    public static let allMedia: [any SenderMedium] = [EmailMedium(), WebhookMedium()]

    public let name = "sender"
    private let media: [any SenderMedium]

    /// - Parameter media: at most one for each medium. Those that the operator has not set up are left out.
    public init(media: [any SenderMedium] = Self.allMedia) { self.media = media }

    public func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let context = context.scoped(to: name)
        let settings = SenderSettings(&reader)
        // The database is read only for possible duplicates, by few lookups at a time.
        let broker = BrokerSettings(reading: &reader)
        var limits = broker
        limits.heartbeat = LimitConnection.heartbeat
        let connections = RoleConnections(
            name, broker: broker, database: DatabaseSettings(reading: &reader), priorityConnections: 1,
            otherConnections: 2, context: context, log: context.log)
        let setups = media.compactMap { $0.setUp(settings: &reader, context: context) }
        let control = ControlService(
            Participant(.sender, media: setups.map(\.medium)), subscriber: connections.others.subscriber,
            publisher: connections.others.publisher, log: context.log, metrics: context.metrics)
        let cancelled = CancelledRequests()
        let cancellations = CancellationService(
            cancelled, table: CancellationTable(connections.others.database), control: control, log: context.log,
            metrics: context.metrics)
        let engine = SenderEngine(
            media: setups, settings: settings, connections: connections, control: control, cancelled: cancelled,
            limitSubscriber: Subscriber(settings: limits, name: "\(name): limits", log: context.log, metrics: context.metrics),
            inspector: BrokerInspector(settings: broker, name: "\(name): inspect", log: context.log), log: context.log,
            metrics: context.metrics)
        return connections.services + [control, cancellations] + engine.services
    }
}
