import Broker
import Contract
import Model
import Queueing
import Runtime
import Topology

/// Reports to tenants which of their messages the broker has dead-lettered as poison. No other part of Posthorn sees these messages, so nothing
/// else would report them.
final class PoisonReportService: QueueService {
    let name = "poison.reports"
    let worker: QueueWorker
    private let publisher: FanOutPublisher
    private let ledger: RequestLedger
    private let trustedUsers: Set<String>
    private let retries: RetryPolicy
    private let log: Log

    init(
        subscriber: Subscriber, publisher: FanOutPublisher, ledger: RequestLedger, trustedUsers: Set<String>,
        retries: RetryPolicy,
        log: Log
    ) {
        worker = QueueWorker(queue: QueueName.poisonReports.name, prefetch: 16, subscriber: subscriber)
        self.publisher = publisher
        self.ledger = ledger
        self.trustedUsers = trustedUsers
        self.retries = retries
        self.log = log.scoped(to: name)
    }

    func work(on consumption: Consumption) async {
        for await batch in consumption.deliveries {
            for delivery in batch {
                do { try await publishReport(of: delivery) } catch { return }
                await consumption.acknowledge([delivery.tag])
            }
        }
    }

    /// Returns when the events, and the notifications of next endpoints, are confirmed.
    private func publishReport(of delivery: Delivery) async throws {
        let report = PoisonReport(delivery, trustedUsers: trustedUsers, at: .now)
        log.error(
            "the broker parked a message that was returned too often",
            ["exchange": delivery.exchange, "type": delivery.properties.type ?? "", "events": report.fanOut.events.count])
        try await retries.runOrGiveUp("record rejected requests", log: log) { try await ledger.reject(report.rejections) }
        try await publisher.publish(report.fanOut)
    }
}
