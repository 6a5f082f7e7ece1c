import Broker
import Cancellations
import Contract
import Model
import Runtime
import Synchronization
import Topology

/// Sorts deliveries before anything is sent: an invalid message is parked, a possible duplicate is looked up, and only what has certainly
/// not been sent can expire, be cancelled, or end because its endpoint was disabled.
final class Triage: Sendable {
    typealias Ready = (delivery: OpenDelivery, notification: Notification)

    struct Sorted {
        /// To be sent.
        var ready: [Ready] = []
        /// To be looked up; see `resolve`.
        var possibleDuplicates: [Ready] = []
        /// Settled without being sent.
        var settled: [Settler.Item] = []
    }

    /// A notification that comes back at most this long before its time is sent.
    private static let slack = Duration.milliseconds(500)
    /// On the other lanes, so many possible duplicates at a time are looked up at once, as on the priority lane: those that a sender leaves when
    /// it stops. After a kill there are many, and they wait outside. So do those that return again, so that each goes on alone.
    static let few = 16

    private let queue: QueueName
    private let lane: Lane
    private let record: AttemptRecord
    private let marker: RecordMarker
    private let cancelled: CancelledRequests
    private let patience: Duration
    private let log: Log
    private let recent: RecentAttempts.Shared
    private let disabled: DisabledEndpoints
    /// How many of the few are looked up now.
    private let asked = Atomic(0)
    /// The connection of the first delivery; 0 before it.
    private let firstEpoch = Atomic<UInt32>(0)

    /// - Parameter patience: how long the record is read again before what is looked up at once goes to a retry delay queue.
    init(
        queue: QueueName, lane: Lane, record: AttemptRecord, marker: RecordMarker, recent: RecentAttempts.Shared,
        cancelled: CancelledRequests, disabled: DisabledEndpoints = DisabledEndpoints(), patience: Duration = .seconds(1),
        log: Log
    ) {
        self.queue = queue
        self.lane = lane
        self.record = record
        self.marker = marker
        self.cancelled = cancelled
        self.patience = patience
        self.recent = recent
        self.disabled = disabled
        self.log = log
    }

    func sort(_ deliveries: [OpenDelivery]) -> Sorted {
        var sorted = Sorted()
        let now = Timestamp.now
        for delivery in deliveries {
            switch delivery.contents {
            case .failure(let error): sorted.settled.append(poison(delivery, error))
            case .success(let notifications):
                let isFirstConnection = isOfFirstConnection(delivery)
                for notification in notifications {
                    if delivery.delivery.isRedelivered || notification.duplicateRisk != .none {
                        addPossibleDuplicate(delivery, notification, isFirstConnection, now, &sorted)
                    } else {
                        decide(delivery, notification, now, &sorted)
                    }
                }
            }
        }
        return sorted
    }

    /// Looks up possible duplicates. One that is not on record is sent only if the record has passed the time since when it may be a
    /// duplicate; the others wait on a retry delay queue and spend no attempt.
    func resolve(_ possibleDuplicates: [Ready]) async -> Sorted {
        var sorted = Sorted()
        var left = possibleDuplicates
        let few = lane == .priority ? 0 : possibleDuplicates.count { $0.notification.duplicateRisk == .possible }
        defer { asked.subtract(few, ordering: .relaxed) }
        let deadline = ContinuousClock.now + (lane == .priority || few > 0 ? patience : .zero)
        while !left.isEmpty {
            do {
                let reading = try await record.lookUp(left.map(\.notification.id), lane)
                left = resolve(left, reading, &sorted)
            } catch {
                log.warning(
                    "the record cannot be read; possible duplicates wait", ["error": "\(error)", "notifications": left.count])
            }
            guard !left.isEmpty, ContinuousClock.now < deadline else { break }
            marker.ask()
            try? await Task.sleep(for: min(.milliseconds(50), patience))
        }
        sorted.settled += left.map { waiting($0.delivery, $0.notification) }
        return sorted
    }

    func item(_ delivery: OpenDelivery, _ settlement: Settlement) -> Settler.Item {
        switch settlement.next {
        case .nothing: return Settler.Item(delivery: delivery, event: settlement.event)
        case .retry(let retry):
            // If it was deferred, the next attempt has the same number as the one that began.
            if retry.notification.duplicateRisk != .none { recent.forget(retry.notification) }
            return Settler.Item(delivery: delivery, event: settlement.event, successor: .retry(retry))
        case .continueOn(let next):
            return Settler.Item(delivery: delivery, event: settlement.event, successor: .onNextEndpoint(next))
        case .park(let notification, let cause, let why):
            return Settler.Item(
                delivery: delivery, event: settlement.event,
                parked: ParkedMessage(NotificationMessage(notification).outgoing(), because: cause, reason: why, from: queue))
        }
    }

    /// A short retry delay, in which the recorder catches up.
    func waiting(_ delivery: OpenDelivery, _ notification: Notification) -> Settler.Item {
        marker.ask()
        var notification = notification
        notification.duplicateRisk = .delayed
        return Settler.Item(
            delivery: delivery, successor: .retry(Retry(notification, after: RetryDelay.fiveSeconds.duration)))
    }

    private func poison(_ delivery: OpenDelivery, _ error: ContractError) -> Settler.Item {
        log.warning("parked an invalid message", ["reason": error.description.bounded(toBytes: 500)])
        return Settler.Item(
            delivery: delivery,
            parked: ParkedMessage(delivery.delivery, because: .poison, reason: error.description, from: queue))
    }

    /// The sender that had the delivery before may have begun it until now, so a redelivery is a possible duplicate since now.
    private func addPossibleDuplicate(
        _ delivery: OpenDelivery, _ notification: Notification, _ isFirstConnection: Bool, _ now: Timestamp,
        _ sorted: inout Sorted
    ) {
        var notification = notification
        // The process that had it has ended or stopped: it is not in an open call of this one, whose connection was never lost. A marked one may
        // have another copy, which must not be overtaken.
        let isOnlyCopy = notification.duplicateRisk == .none && notification.returns <= 1 && isFirstConnection
        if delivery.delivery.isRedelivered {
            (notification.duplicateRisk, notification.possibleDuplicateSince) = (.possible, now)
        }
        notification.possibleDuplicateSince = notification.possibleDuplicateSince ?? now
        if lane == .priority || notification.duplicateRisk == .delayed || isOnlyCopy && isOneOfFew() {
            sorted.possibleDuplicates.append((delivery, notification))
        } else {
            sorted.settled.append(waiting(delivery, notification))
        }
    }

    /// Later connections have other numbers.
    private func isOfFirstConnection(_ delivery: OpenDelivery) -> Bool {
        let epoch = delivery.delivery.tag.epoch
        let first = firstEpoch.compareExchange(expected: 0, desired: epoch, ordering: .relaxed)
        return first.exchanged || first.original == epoch
    }

    /// Counts one more, until it is looked up.
    private func isOneOfFew() -> Bool {
        guard patience > .zero else { return false }
        if asked.add(1, ordering: .relaxed).newValue <= Self.few { return true }
        asked.subtract(1, ordering: .relaxed)
        return false
    }

    /// - Returns: those for which the record is not far enough.
    private func resolve(_ possibleDuplicates: [Ready], _ reading: AttemptRecord.Reading, _ sorted: inout Sorted) -> [Ready] {
        let now = Timestamp.now
        return possibleDuplicates.filter { delivery, notification in
            if let entry = reading.entries[notification.id], entry.covers(attempt: notification.attempt) {
                sorted.settled.append(Settler.Item(delivery: delivery))
                return false
            }
            guard let possibleDuplicateSince = notification.possibleDuplicateSince, reading.through >= possibleDuplicateSince
            else { return true }
            var decided = Sorted()
            decide(delivery, notification, now, &decided)
            sorted.settled += decided.settled
            for ready in decided.ready {
                if recent.begin(notification) {
                    sorted.ready.append(ready)
                } else {
                    sorted.settled.append(waiting(delivery, notification))
                }
            }
            return false
        }
    }

    /// For what has certainly not been sent in this attempt. What may have been sent in the one before does not end here: its provider
    /// is asked.
    private func decide(_ delivery: OpenDelivery, _ notification: Notification, _ now: Timestamp, _ sorted: inout Sorted) {
        let mayBeSent = notification.reconciliation != nil
        if !mayBeSent, cancelled.contains(notification) {
            sorted.settled.append(item(delivery, .cancelled(notification, at: now)))
        } else if let expiresAt = notification.expiresAt, expiresAt < now, !mayBeSent {
            sorted.settled.append(item(delivery, .expired(notification, at: now)))
        } else if !mayBeSent, disabled.end(notification) {
            sorted.settled.append(item(delivery, .endpointDisabled(notification, at: now)))
        } else if let notBefore = notification.notBefore, now + Self.slack < notBefore {
            let wait = Duration.milliseconds(notBefore.milliseconds - now.milliseconds)
            sorted.settled.append(
                Settler.Item(delivery: delivery, successor: .retry(Retry(notification, after: wait, keepsTurn: true))))
        } else {
            sorted.ready.append((delivery, notification))
        }
    }
}
