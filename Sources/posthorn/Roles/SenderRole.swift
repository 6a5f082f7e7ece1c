import Broker
import Database
import EmailSender
import Model
import Runtime
import Senders
import Transfers
import WebhookSender

/// Delivers notifications. It lives here, above all senders, because no sender knows another.
struct SenderRole: Role {
    let name = "sender"

    func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = SenderSettings(&reader)
        let broker = BrokerSettings(reading: &reader)
        let webhook = WebhookSettings(&reader, version: VersionCommand.number)
        let email = EmailSettings(&reader)
        let database = DatabaseSettings(reading: &reader)
        let log = context.log.scoped(to: name)
        let metrics = context.metrics
        // The priority lane has connections of its own, so that nothing which fills up behind the other lanes can be in its way.
        let priority = ground("\(name) priority", broker, database, connections: 1, context, log)
        let others = ground(name, broker, database, connections: 2, context, log)
        // Each lane has connections of its own, so that no bulk transfer stands in front of a log-in code.
        // Both of its windows have room in them.
        let loops = Dictionary(
            uniqueKeysWithValues: Lane.allCases.map { lane in
                (lane, TransferLoop(connections: 640, addressPolicy: webhook.addressPolicy, log: log, metrics: metrics))
            })
        var media: [Medium: @Sendable (Lane) -> ProviderChain] = [
            .webhook: { lane in ProviderChain([WebhookProvider(webhook, loop: loops[lane]!)]) }
        ]
        if let email {
            media[.email] = { lane in ProviderChain(SMTPProvider.chain(email, loop: loops[lane]!)) }
        } else {
            log.warning("no mail relay is set: emails wait on their queues", ["setting": "POSTHORN_EMAIL_PROVIDERS"])
        }
        let engine = SenderEngine(
            media: media, settings: settings, ground: { $0 == .priority ? priority.ground : others.ground }, log: log,
            metrics: metrics)
        return priority.services + others.services + Array(loops.values) + engine.services
    }

    /// - Parameter connections: to the database.
    private func ground(
        _ name: String, _ broker: BrokerSettings, _ settings: DatabaseSettings, connections: Int, _ context: RoleContext,
        _ log: Log
    ) -> (ground: SenderGround, services: [any Service]) {
        var settings = settings
        settings.poolSize = min(settings.poolSize, connections)
        let database = Database(settings: settings, log: log, metrics: context.metrics)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: context.metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: context.metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        return (
            SenderGround(subscriber: subscriber, publisher: publisher, record: Record(database)),
            [database, publisher, subscriber]
        )
    }
}
