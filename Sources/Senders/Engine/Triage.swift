import Broker
import Contract
import Model
import Runtime
import Topology

/// Sorts deliveries before anything is sent: what is no notification is parked, what is over is expired, and what may have been sent before
/// is looked up first.
struct Triage: Sendable {
    typealias Ready = (tag: DeliveryTag, notification: Notification)

    let queue: QueueName
    let lane: Lane
    let record: Record
    let log: Log

    /// - Returns: what is to be sent, and what is settled without being sent.
    func sort(_ batch: [Delivery]) async -> (ready: [Ready], settled: [Settler.Item]) {
        var ready: [Ready] = []
        var doubtful: [Ready] = []
        var settled: [Settler.Item] = []
        let now = Timestamp.now
        for delivery in batch {
            let notification: Notification
            do {
                notification = try NotificationMessage(delivery).notification
            } catch {
                log.warning("parked a message that is no notification", ["reason": error.description])
                let parked = ParkedMessage(delivery, because: .poison, reason: error.description, from: queue)
                settled.append(Settler.Item(tag: delivery.tag, event: nil, message: parked.outgoing()))
                continue
            }
            if let expiresAt = notification.expiresAt, expiresAt < now {
                settled.append(item(delivery.tag, .expired(notification, at: now)))
            } else if notification.suspicion == .waited || lane == .priority && mayBeRepeat(notification, delivery) {
                doubtful.append((delivery.tag, notification))
            } else if mayBeRepeat(notification, delivery) {
                settled.append(waiting(delivery.tag, notification))
            } else {
                ready.append((delivery.tag, notification))
            }
        }
        await look(up: doubtful, &ready, &settled)
        return (ready, settled)
    }

    func item(_ tag: DeliveryTag, _ settlement: Settlement) -> Settler.Item {
        switch settlement.next {
        case .nothing:
            Settler.Item(tag: tag, event: settlement.event, message: nil)
        case .hold(let notification, let step):
            Settler.Item(tag: tag, event: settlement.event, message: NotificationMessage(notification).outgoing(holdFor: step))
        case .park(let notification, let cause, let why):
            Settler.Item(
                tag: tag, event: settlement.event,
                message: ParkedMessage(NotificationMessage(notification).outgoing(), because: cause, reason: why, from: queue)
                    .outgoing())
        }
    }

    private func mayBeRepeat(_ notification: Notification, _ delivery: Delivery) -> Bool {
        delivery.isRedelivered || notification.suspicion != .none
    }

    /// A short hold, in which the recorder catches up.
    private func waiting(_ tag: DeliveryTag, _ notification: Notification) -> Settler.Item {
        var notification = notification
        notification.suspicion = .waited
        return Settler.Item(tag: tag, event: nil, message: NotificationMessage(notification).outgoing(holdFor: .fiveSeconds))
    }

    private func look(up doubtful: [Ready], _ ready: inout [Ready], _ settled: inout [Settler.Item]) async {
        guard !doubtful.isEmpty else { return }
        do {
            let entries = try await record.look(doubtful.map(\.notification.id))
            for (tag, notification) in doubtful {
                if let entry = entries[notification.id], entry.covers(attempt: notification.attempt) {
                    settled.append(Settler.Item(tag: tag, event: nil, message: nil))
                } else {
                    ready.append((tag, notification))
                }
            }
        } catch {
            log.warning(
                "the record cannot be read; what may be a repeat waits", ["error": "\(error)", "notifications": doubtful.count])
            settled += doubtful.map { waiting($0.tag, $0.notification) }
        }
    }
}
