import Broker
import Database
import EmailSender
import Model
import Runtime
import Senders
import Transfers
import WebhookSender

/// Delivers notifications. It lives here, above all senders, because no sender knows another.
enum SenderRole: Role {
    static let name = "sender"

    static func services(settings reader: inout SettingsReader, context: RoleContext) throws -> [any Service] {
        let settings = SenderSettings(&reader)
        let broker = BrokerSettings(reading: &reader)
        let webhook = WebhookSettings(&reader, version: VersionCommand.number)
        let email = EmailSettings(&reader)
        var connection = DatabaseSettings(reading: &reader)
        connection.poolSize = min(connection.poolSize, Lane.allCases.count)
        let log = context.log.scoped(to: name)
        let metrics = context.metrics
        let database = Database(settings: connection, log: log, metrics: metrics)
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: metrics)
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: metrics)
        context.readiness.condition("\(name): broker") { publisher.isReady && subscriber.isReady }
        // Each lane has connections of its own, so that no bulk transfer stands in front of a log-in code.
        let loops = Dictionary(
            uniqueKeysWithValues: Lane.allCases.map { lane in
                (lane, TransferLoop(addressPolicy: webhook.addressPolicy, log: log, metrics: metrics))
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
            media: media, settings: settings, subscriber: subscriber, publisher: publisher, record: Record(database), log: log,
            metrics: metrics)
        return [database, publisher] + Array(loops.values) + [subscriber] + engine.services
    }
}
