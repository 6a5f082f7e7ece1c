public import Broker
public import Model
import Topology

/// A notification message with regard to how often it was returned to a queue, because the process that had it ended.
///
/// It is moved as it is. To decode it may be what ends the process.
public struct ReturnedMessage: Sendable {
    /// How often it was returned in total, over all copies.
    public let returns: Int
    /// When it was isolated; nil where it was not, or has been copied since.
    let returnedAt: Timestamp?
    private let delivery: Delivery

    public init(_ delivery: Delivery) {
        func number(_ name: String) -> Int64 { max(0, delivery.properties.integer(name) ?? 0) }
        self.delivery = delivery
        returns =
            Int(clamping: number(HeaderName.returns))
            + (delivery.isRedelivered ? Int(clamping: number(HeaderName.deliveryCount)) : 0)
        returnedAt = delivery.properties.integer(HeaderName.returnedAt).map { Timestamp(milliseconds: $0) }
    }

    /// The copy for the queue of isolated notifications of its lane. It is a possible duplicate since now.
    ///
    /// - Parameter returns: with how many returns it begins there.
    public func isolated(returns: Int, medium: Medium, lane: Lane, at now: Timestamp = .now) -> OutgoingMessage {
        copy(
            to: .notifications, key: RoutingKey.notification(medium, lane, .isolated),
            [Header(HeaderName.returns, returns), Header(HeaderName.returnedAt, .integer(now.milliseconds))])
    }

    /// The copy for `parked.poison` and for the report to its service, as the broker would dead-letter it.
    public var poison: OutgoingMessage { copy(to: .poison, key: delivery.routingKey, [Header(HeaderName.returns, returns)]) }

    private func copy(to exchange: ExchangeName, key: String, _ headers: [Header]) -> OutgoingMessage {
        var properties = delivery.properties
        properties.userID = nil
        properties.headers.removeAll {
            [HeaderName.returns, HeaderName.returnedAt, HeaderName.deliveryCount].contains($0.name)
        }
        properties.headers += headers
        return OutgoingMessage(exchange: exchange.name, routingKey: key, properties: properties, body: delivery.body)
    }
}

extension [Notification] {
    /// With what is known of their message's returns.
    func returned(as message: ReturnedMessage) -> [Notification] {
        guard message.returns > 0 else { return self }
        return map { notification in
            var notification = notification
            notification.returns = message.returns
            if let since = message.returnedAt {
                (notification.duplicateRisk, notification.possibleDuplicateSince) = (.possible, since)
            }
            return notification
        }
    }
}
