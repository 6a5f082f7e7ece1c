import Broker
import Contract
import Model
import Topology

/// One message to publish, with the indices of the fan-outs that its contents belong to.
enum FanOutMessage {
    /// With the index of the fan-out for each notification.
    case notifications(NotificationMessage, [Int])
    case cursor(Cursor, Int)
    /// Events of one tenant and kind, with the indices of all fan-outs that have such events.
    case events(EventMessage, [Int])

    /// Everything that must be confirmed for these fan-outs, in few messages. Notifications and events of several fan-outs share messages.
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

    /// - Parameter afterDelay: whether notifications go to a retry delay queue first, to wait there until their lane has room.
    func outgoing(afterDelay: Bool) -> OutgoingMessage {
        switch self {
        case .notifications(let message, _): afterDelay ? message.outgoing(after: .thirtySeconds) : message.outgoing()
        case .cursor(let cursor, _): CursorMessage(cursor).outgoing()
        case .events(let message, _): message.outgoing()
        }
    }

    /// Returns the contents of the message to the fan-outs that they belong to, to be published again. Notifications that may be on their queue
    /// anyway are marked as possible duplicates. Contents that cannot be sent in a message are replaced with an event that reports the failure.
    func restore(to fanOuts: inout [Int: FanOut], because failure: PublishReport.Failure) {
        var isUnsendable = false
        if case .unsendable = failure.error { isUnsendable = true }
        switch self {
        case .notifications(let message, let places) where isUnsendable:
            for (notification, place) in zip(message.notifications, places) {
                fanOuts[place, default: FanOut()].fail(
                    notification, attempt: 0, because: failure.error.description, at: .now)
            }
        case .cursor(let cursor, let place) where isUnsendable:
            let end = RequestEvent.finished(
                cursor, notifications: cursor.notifications, at: .now, reason: failure.error.description)
            fanOuts[place, default: FanOut()].events.append(.request(end))
        // Every text in an event is limited, so this cannot happen; if it did, publishing again would not help.
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
            // Which event belongs to which fan-out is not kept: each fan-out waits for all of them. An event that is published twice changes nothing.
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
