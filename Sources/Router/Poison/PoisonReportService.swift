import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Tells services of those of their messages that the broker itself has set aside. No program of ours saw what became of these, so nobody
/// else would.
final class PoisonReportService: Service {
    let name = "poison.reports"
    private let subscriber: Subscriber
    private let publisher: FanOutPublisher
    private let ledger: RequestLedger
    private let trustedUsers: Set<String>
    private let log: Log
    private let running = Mutex<(consumption: Consumption, task: Task<Void, Never>)?>(nil)

    init(subscriber: Subscriber, publisher: FanOutPublisher, ledger: RequestLedger, trustedUsers: Set<String>, log: Log) {
        self.subscriber = subscriber
        self.publisher = publisher
        self.ledger = ledger
        self.trustedUsers = trustedUsers
        self.log = log.scoped(to: name)
    }

    func start() async throws {
        let consumption = try await subscriber.consume(queue: QueueName.poisonReports.name, prefetch: 16)
        let task = Task { [self] in
            for await batch in consumption.deliveries {
                for delivery in batch {
                    do { try await tell(of: delivery) } catch { return }
                    await consumption.acknowledge([delivery.tag])
                }
            }
        }
        running.withLock { $0 = (consumption, task) }
    }

    var stage: ServiceStage { .work }

    func stopTaking() async { await running.withLock { $0?.consumption }?.cancel() }

    func drain() async {
        guard let (consumption, task) = running.withLock({ $0 }) else { return }
        await consumption.cancel()
        await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Returns when the events are confirmed.
    private func tell(of delivery: Delivery) async throws {
        let report = PoisonReport(delivery, trustedUsers: trustedUsers, at: .now)
        log.error(
            "the broker set a message aside that came back too often",
            ["exchange": delivery.exchange, "type": delivery.properties.type ?? "", "events": report.events.count])
        try await untilItSucceeds("note rejected requests", log: log) { try await ledger.reject(report.rejections) }
        try await publisher.publish(FanOut(events: report.events))
    }
}
