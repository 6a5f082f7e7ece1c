import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Publishes to the other senders of a medium which breakers opened and closed here, and receives the same from them, so that not every
/// process has to fail first. Nothing depends on it: if a notice is lost, each process finds out by itself.
final class BreakerNoticeService: Service {
    let name: String
    private let medium: Medium
    private let breakers: BreakerTable
    private let subscriber: Subscriber
    private let publisher: Publisher
    private let log: Log
    private let malformed: Counter
    private let process = String(UInt64.random(in: .min ... .max), radix: 36)
    private let running = Mutex<(consumption: Consumption?, tasks: [Task<Void, Never>])>((nil, []))

    init(medium: Medium, breakers: BreakerTable, subscriber: Subscriber, publisher: Publisher, log: Log, metrics: Metrics) {
        name = "\(medium.rawValue).breakers"
        self.medium = medium
        self.breakers = breakers
        self.subscriber = subscriber
        self.publisher = publisher
        self.log = log.scoped(to: name)
        malformed = metrics.counter(
            "posthorn_sender_breaker_notices_malformed_total", "Messages on control that are not valid breaker notices",
            labels: [("medium", medium.rawValue)])
    }

    /// A sender whose broker user may not declare a queue works without notices.
    func start() async throws {
        let consumption: Consumption
        do throws(BrokerError) {
            consumption = try await subscriber.consume(.senders(of: medium), prefetch: 100)
        } catch {
            guard case .accessRefused = error else { throw error }
            breakers.finishNotices()
            log.warning("breakers are not shared with other senders: the broker user has no permission", ["error": error])
            return
        }
        let tasks = [Task { await receive(consumption) }, Task { await publishNotices() }]
        running.withLock { $0 = (consumption, tasks) }
    }

    func drain() async {
        let (consumption, tasks) = running.withLock { $0 }
        breakers.finishNotices()
        await consumption?.cancel()
        for task in tasks { await task.value }
    }

    private func receive(_ consumption: Consumption) async {
        for await batch in consumption.deliveries {
            for delivery in batch { receive(delivery) }
            await consumption.acknowledge(batch.map(\.tag))
        }
    }

    private func receive(_ delivery: Delivery) {
        do {
            let message = try BreakerMessage(delivery, medium: medium)
            guard message.process != process else { return }
            let transition: Breaker.Transition = message.openFor > .zero ? .opened(for: message.openFor) : .closed
            breakers.apply(.init(destination: Destination(message.destination), transition: transition), at: .now)
        } catch {
            malformed.increment()
            log.debug("ignored an invalid breaker notice", ["reason": error.description])
        }
    }

    private func publishNotices() async {
        for await notice in breakers.notices {
            let openFor: Duration = if case .opened(let time) = notice.transition { time } else { .zero }
            let message = BreakerMessage(
                medium: medium, destination: notice.destination.description, openFor: openFor, process: process)
            guard let outgoing = message.outgoing() else { continue }
            do throws(PublishError) {
                // A late notice is of no use.
                try await publisher.publish([outgoing], within: .seconds(1))
            } catch {
                log.debug("breaker notice not published", ["error": error])
                // Each refusal closes an AMQP channel that others publish on, so do not try again.
                if case .accessRefused = error { return }
            }
        }
    }
}
