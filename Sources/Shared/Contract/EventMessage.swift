public import Broker
import JSON
public import Model
import Topology

/// Events of one service, kind and lane, in one message: `{"service":"shop","kind":"delivered",…,"events":[{…},…]}`.
///
/// A member beside `events` applies to every event that does not have this member itself.
public struct EventMessage: Sendable {
    /// How many events one message may have.
    public static let capacity = 500

    public let events: [Event]

    /// Groups events into as few messages as lane, routing key and capacity allow; the order within a service, kind and lane is kept.
    public static func batches(of events: [Event]) -> [EventMessage] { placed(events).map(\.message) }

    /// The same, with the indices of each message's events in the argument.
    public static func placed(_ events: [Event]) -> [(message: EventMessage, places: [Int])] {
        groups(of: events).flatMap { group in
            stride(from: 0, to: group.count, by: capacity).map { start in
                let places = Array(group[start..<min(start + capacity, group.count)])
                return (EventMessage(events: places.map { events[$0] }), places)
            }
        }
    }

    private static func groups(of events: [Event]) -> [[Int]] {
        var groups: [[Int]] = []
        var places: [RoutingFacts: Int] = [:]
        var last: (facts: RoutingFacts, place: Int)?
        for (index, event) in events.enumerated() {
            let facts = RoutingFacts(tenant: event.tenant, kind: event.kind, lane: event.lane)
            // Most events follow one with the same facts, so that few need the dictionary.
            if last?.facts != facts { last = (facts, places[facts] ?? groups.count) }
            let place = last!.place
            if place == groups.count {
                places[facts] = place
                groups.append([])
            }
            groups[place].append(index)
        }
        return groups
    }

    private struct RoutingFacts: Hashable {
        let tenant: TenantName
        let kind: String
        let lane: Lane
    }

    private init(events: [Event]) { self.events = events }

    /// - Throws: `ContractError`, which names the field.
    public init(_ delivery: Delivery) throws(ContractError) {
        try delivery.properties.requireType(MessageType.event)
        events = try ContractError.reading {
            var fields = try FieldReader(try JSON(parsing: delivery.body))
            return try Event.all(&fields)
        }
    }

    public func outgoing() -> OutgoingMessage {
        let first = events[0]
        var shared = CommonEventFields(first)
        for event in events.dropFirst() { shared.keep(commonWith: CommonEventFields(event)) }
        var writer = JSONWriter(capacity: 384 + events.count * 192)
        writer.object { message in
            message.member("service", first.tenant.text)
            message.member("kind", first.kind)
            shared.write(to: &message)
            message.member("events") { $0.array { for event in events { event.write(to: &$0, beside: shared) } } }
        }
        return OutgoingMessage(
            exchange: ExchangeName.events(of: first.lane), routingKey: RoutingKey.event(first.tenant, kind: first.kind),
            properties: MessageProperties(type: MessageType.event, contentType: MessageType.json),
            body: writer.bytes)
    }
}
