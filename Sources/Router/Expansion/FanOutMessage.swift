import Broker
import Contract
import Model
import Topology

/// One message of fan-outs, and which of them have a share in it.
enum FanOutMessage {
    /// For each notification, the place of the fan-out that it is of.
    case notifications(NotificationMessage, [Int])
    case cursor(Cursor, Int)
    /// Events of one service and kind, of whichever fan-outs have some.
    case events(EventMessage, [Int])

    /// Everything that must be confirmed for these fan-outs, in few messages. Notifications and events of several fan-outs travel together.
    static func messages(of fanOuts: [FanOut]) -> [FanOutMessage] {
        var messages: [FanOutMessage] = []
        var origins: [Int] = []
        var owners: [EventFacts: [Int]] = [:]
        for (place, fanOut) in fanOuts.enumerated() {
            origins += Array(repeating: place, count: fanOut.notifications.count)
            messages += fanOut.cursors.map { .cursor($0, place) }
            for facts in Set(fanOut.events.map(EventFacts.init)) { owners[facts, default: []].append(place) }
        }
        messages += NotificationMessage.placed(fanOuts.flatMap(\.notifications)).map { message, places in
            .notifications(message, places.map { origins[$0] })
        }
        let events = EventMessage.batches(of: fanOuts.flatMap(\.events))
        return messages + events.map { .events($0, owners[EventFacts($0.events[0])] ?? []) }
    }

    /// - Parameter toHold: whether notifications go to a hold, to wait there until their lane has room.
    func outgoing(afterDelay: Bool) -> OutgoingMessage {
        switch self {
        case .notifications(let message, _): afterDelay ? message.outgoing(after: .thirtySeconds) : message.outgoing()
        case .cursor(let cursor, _): CursorMessage(cursor).outgoing()
        case .events(let message, _): message.outgoing()
        }
    }

    /// Gives what the message carries back to the fan-outs that it is of, to be published again. What may be on its queue all the same is
    /// marked, so that the senders look twice. What no message can carry is told as a failure in its stead.
    func giveBack(to fanOuts: inout [Int: FanOut], because failure: PublishReport.Failure) {
        var isUnsendable = false
        if case .unsendable = failure.error { isUnsendable = true }
        switch self {
        case .notifications(let message, let places) where isUnsendable:
            for (notification, place) in zip(message.notifications, places) {
                fanOuts[place, default: FanOut()].events.append(
                    .notification(
                        NotificationEvent(
                            .technicalFailure, of: notification, attempt: 0, at: .now, reason: failure.error.description)))
            }
        case .cursor(let cursor, let place) where isUnsendable:
            let end = RequestEvent.finished(
                cursor, notifications: cursor.notifications, at: .now, reason: failure.error.description)
            fanOuts[place, default: FanOut()].events.append(.request(end))
        // Every text in an event has a bound, so this cannot come about; if it did, a repeat would be of no use.
        case .events where isUnsendable: break
        case .notifications(let message, let places):
            for (notification, place) in zip(message.notifications, places) {
                var notification = notification
                if failure.mayHaveArrived { notification.duplicateRisk = .possible }
                fanOuts[place, default: FanOut()].isRefused = failure.error == .refused
                fanOuts[place]!.notifications.append(notification)
            }
        case .cursor(let cursor, let place): fanOuts[place, default: FanOut()].cursors.append(cursor)
        case .events(let message, let places):
            // Whose they are is not kept. Each who has a share waits for all of them; an event that is told twice changes nothing.
            for place in places { fanOuts[place, default: FanOut()].events += message.events }
        }
    }
}

private struct EventFacts: Hashable {
    let tenant: TenantName
    let kind: String

    init(_ event: Event) {
        tenant = event.tenant
        kind = event.kind
    }
}
