import Broker
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Sorts deliveries before anything is sent: what is no notification is parked, what is over is expired, and what may have been sent before
/// is looked up first.
final class Triage: Sendable {
    typealias Ready = (delivery: OpenDelivery, notification: Notification)

    private let queue: QueueName
    private let lane: Lane
    private let record: Record
    private let log: Log
    private let recent = Mutex(RecentAttempts())

    init(queue: QueueName, lane: Lane, record: Record, log: Log) {
        self.queue = queue
        self.lane = lane
        self.record = record
        self.log = log
    }

    /// - Returns: what is to be sent, and what is settled without being sent.
    func sort(_ deliveries: [OpenDelivery]) async -> (ready: [Ready], settled: [Settler.Item]) {
        var ready: [Ready] = []
        var doubtful: [Ready] = []
        var settled: [Settler.Item] = []
        let now = Timestamp.now
        for delivery in deliveries {
            switch delivery.contents {
            case .failure(let error): settled.append(poison(delivery, error))
            case .success(let notifications):
                for notification in notifications {
                    if let expiresAt = notification.expiresAt, expiresAt < now {
                        settled.append(item(delivery, .expired(notification, at: now)))
                    } else if notification.suspicion == .waited || lane == .priority && mayBeRepeat(notification, delivery) {
                        doubtful.append((delivery, notification))
                    } else if mayBeRepeat(notification, delivery) {
                        settled.append(waiting(delivery, notification))
                    } else {
                        ready.append((delivery, notification))
                    }
                }
            }
        }
        await look(up: doubtful, &ready, &settled)
        return (ready, settled)
    }

    func item(_ delivery: OpenDelivery, _ settlement: Settlement) -> Settler.Item {
        switch settlement.next {
        case .nothing: Settler.Item(delivery: delivery, event: settlement.event)
        case .hold(let notification, let step):
            Settler.Item(delivery: delivery, event: settlement.event, hold: (notification, step))
        case .park(let notification, let cause, let why):
            Settler.Item(
                delivery: delivery, event: settlement.event,
                parked: ParkedMessage(NotificationMessage(notification).outgoing(), because: cause, reason: why, from: queue))
        }
    }

    private func poison(_ delivery: OpenDelivery, _ error: ContractError) -> Settler.Item {
        log.warning("parked a message that is no notification", ["reason": error.description])
        return Settler.Item(
            delivery: delivery,
            parked: ParkedMessage(delivery.delivery, because: .poison, reason: error.description, from: queue))
    }

    private func mayBeRepeat(_ notification: Notification, _ delivery: OpenDelivery) -> Bool {
        delivery.delivery.isRedelivered || notification.suspicion != .none
    }

    /// A short hold, in which the recorder catches up.
    private func waiting(_ delivery: OpenDelivery, _ notification: Notification) -> Settler.Item {
        var notification = notification
        notification.suspicion = .waited
        return Settler.Item(delivery: delivery, hold: (notification, .fiveSeconds))
    }

    private func look(up doubtful: [Ready], _ ready: inout [Ready], _ settled: inout [Settler.Item]) async {
        guard !doubtful.isEmpty else { return }
        do {
            let entries = try await record.look(doubtful.map(\.notification.id))
            for (delivery, notification) in doubtful {
                if let entry = entries[notification.id], entry.covers(attempt: notification.attempt) {
                    settled.append(Settler.Item(delivery: delivery))
                } else if !recent.withLock({ $0.begin(notification) }) {
                    settled.append(waiting(delivery, notification))
                } else {
                    ready.append((delivery, notification))
                }
            }
        } catch {
            log.warning(
                "the record cannot be read; what may be a repeat waits", ["error": "\(error)", "notifications": doubtful.count])
            settled += doubtful.map { waiting($0.delivery, $0.notification) }
        }
    }
}
