public import Broker
import JSON
public import Model
import Topology

/// Events of one service and one kind, in one message: `{"events":[…]}`.
public struct EventMessage: Sendable {
    /// At most so many events are put into one message.
    public static let capacity = 500

    public let events: [Event]

    /// Puts events into as few messages as the routing key and the capacity allow; the order within a service and kind is kept.
    public static func batches(of events: [Event]) -> [EventMessage] {
        var keys: [String] = []
        var groups: [String: [Event]] = [:]
        for event in events {
            let key = RoutingKey.event(event.service, kind: event.kind)
            if groups[key] == nil { keys.append(key) }
            groups[key, default: []].append(event)
        }
        return keys.flatMap { key in
            let group = groups[key]!
            return stride(from: 0, to: group.count, by: capacity).map { start in
                EventMessage(events: Array(group[start..<min(start + capacity, group.count)]))
            }
        }
    }

    private init(events: [Event]) { self.events = events }

    /// - Throws: `ContractError`, which names the field.
    public init(_ delivery: Delivery) throws(ContractError) {
        try delivery.properties.requireType(MessageType.event)
        do {
            var fields = try FieldReader(try JSON(parsing: delivery.body))
            var events: [Event] = []
            for (index, element) in (try fields.array("events", atMost: .max) ?? []).enumerated() {
                events.append(try Event(element, index: index))
            }
            self.events = events
        } catch let error as JSONSyntaxError {
            throw .syntax(error)
        } catch let error as FieldError {
            throw .field(error)
        } catch {
            throw .property(name: "the body", problem: "cannot be read")
        }
    }

    public func outgoing() -> OutgoingMessage {
        var writer = JSONWriter(capacity: events.count * 384)
        writer.object { $0.member("events") { $0.array { for event in events { event.write(to: &$0) } } } }
        let first = events[0]
        return OutgoingMessage(
            exchange: ExchangeName.events.name, routingKey: RoutingKey.event(first.service, kind: first.kind),
            properties: MessageProperties(type: MessageType.event, contentType: MessageType.json),
            body: writer.bytes)
    }
}
