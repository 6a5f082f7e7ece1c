import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Tells the other senders of a medium which breakers opened and closed here, and hears the same from them, so that not each of them has to
/// find out. Nothing depends on it: where news is lost, each process finds out by itself.
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
            "posthorn_sender_breaker_notices_malformed_total", "Messages on control that are no news of a breaker",
            labels: [("medium", medium.rawValue)])
    }

    /// A broker user who may not declare a queue of its own sends all the same.
    func start() async throws {
        let consumption: Consumption
        do throws(BrokerError) {
            consumption = try await subscriber.consume(.senders(of: medium), prefetch: 100)
        } catch {
            guard case .accessRefused = error else { throw error }
            breakers.finishNotices()
            log.warning("breakers are not shared with other senders: the broker user may not", ["error": error])
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
            log.debug("ignored a message that is no news of a breaker", ["reason": error.description])
        }
    }

    private func publishNotices() async {
        for await notice in breakers.notices {
            let openFor: Duration = if case .opened(let time) = notice.transition { time } else { .zero }
            let message = BreakerMessage(
                medium: medium, destination: notice.destination.description, openFor: openFor, process: process)
            guard let outgoing = message.outgoing() else { continue }
            do throws(PublishError) {
                // Notice that comes late is none.
                try await publisher.publish([outgoing], within: .seconds(1))
            } catch {
                log.debug("could not tell other senders of a breaker", ["error": error])
                // Asking again would disturb everybody who publishes over this connection.
                if case .accessRefused = error { return }
            }
        }
    }
}
