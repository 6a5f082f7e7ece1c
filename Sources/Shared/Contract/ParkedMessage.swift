public import Broker
import JSON
public import Model
public import Topology

/// A copy of a message that is kept aside for an operator, with the reason, the queue and the time in its headers.
///
/// It can always be published, whatever the message was: it has only the properties and headers that Posthorn's own messages have, each of a
/// bounded size. A body that is poison or rejected is cut, because anybody can send as many of those as they like; what was undeliverable or
/// expired is whole, up to a size that no request reaches.
public struct ParkedMessage: Sendable {
    /// How much of a body that is poison or rejected is kept, in bytes, and of one that is too large to be kept whole.
    public static let cutBodyLimit = 64 << 10
    /// Up to this size a body that was undeliverable or expired is kept whole.
    public static let wholeBodyLimit = 1 << 20
    static let reasonLimit = 500

    public let cause: ParkedReason
    /// Whose it is, for limits: the broker's user and the service that it names. Both are as their sender gave them.
    public let owner: String
    private let properties: MessageProperties
    private let body: [UInt8]

    /// - Parameter reason: one sentence for the operator, without address or body; it is cut at 500 bytes.
    public init(
        _ delivery: Delivery, because cause: ParkedReason, reason: String, from queue: QueueName, at time: Timestamp = .now
    ) {
        let message = OutgoingMessage(
            exchange: delivery.exchange, routingKey: delivery.routingKey, properties: delivery.properties, body: delivery.body)
        self.init(message, because: cause, reason: reason, from: queue, at: time)
    }

    public init(
        _ message: OutgoingMessage, because cause: ParkedReason, reason: String, from queue: QueueName, at time: Timestamp = .now
    ) {
        self.cause = cause
        owner = message.owner
        body = message.body.count <= Self.bodyLimit(cause) ? message.body : Array(message.body.prefix(Self.cutBodyLimit))
        var properties = message.properties.stripped()
        if body.count < message.body.count || properties.isCut(from: message.properties) {
            properties.headers.append(Header(HeaderName.truncated, true))
        }
        properties.headers += [
            Header(HeaderName.bodyBytes, message.body.count),
            Header(HeaderName.reason, reason.asReason(toBytes: Self.reasonLimit)),
            Header(HeaderName.parkedFrom, queue.name),
            Header(HeaderName.parkedAt, time.description),
        ]
        self.properties = properties
    }

    /// How much room it takes on its queue, in bytes.
    public var size: Int {
        properties.headers.reduce(body.count) { size, header in
            if case .string(let text) = header.value { size + text.utf8.count } else { size }
        }
    }

    public func outgoing() -> OutgoingMessage {
        OutgoingMessage(
            exchange: ExchangeName.parked.name, routingKey: RoutingKey.parked(cause), properties: properties, body: body)
    }

    private static func bodyLimit(_ cause: ParkedReason) -> Int {
        switch cause {
        case .poison, .rejected: cutBodyLimit
        case .undeliverable, .expired: wholeBodyLimit
        }
    }
}

extension MessageProperties {
    /// AMQP's short strings are no longer.
    private static let shortLimit = 255
    /// The headers that our own messages have, and how long each may be in bytes.
    private static let keptHeaders = [
        (HeaderName.traceparent, shortLimit), (NotificationHeader.name, 64 << 10), (RequestHeader.name, 16 << 10),
    ]

    /// Only what is known, each of a bounded size. The broker lets nobody publish under another user's name, so that is left out.
    fileprivate func stripped() -> MessageProperties {
        MessageProperties(
            messageID: messageID?.bounded(toBytes: Self.shortLimit), type: type?.bounded(toBytes: Self.shortLimit),
            contentType: contentType?.bounded(toBytes: Self.shortLimit),
            correlationID: correlationID?.bounded(toBytes: Self.shortLimit), timestamp: timestamp,
            headers: Self.keptHeaders.compactMap { name, limit in
                string(name).map { Header(name, $0.bounded(toBytes: limit)) }
            })
    }

    /// Whether a text that is known has been cut.
    fileprivate func isCut(from original: MessageProperties) -> Bool {
        messageID != original.messageID || type != original.type || contentType != original.contentType
            || correlationID != original.correlationID || Self.keptHeaders.contains { string($0.0) != original.string($0.0) }
    }
}

extension OutgoingMessage {
    fileprivate var owner: String {
        let tenant: Substring? =
            if exchange == ExchangeName.requests.name
                || Lane.allCases.contains(where: { exchange == ExchangeName.events(of: $0) })
            {
                routingKey.prefix { $0 != "." }
            } else {
                // Of a notification, in the block of what is common.
                properties.string(NotificationHeader.name)?.split(separator: "\n", maxSplits: 8).first {
                    $0.hasPrefix("service=")
                }?
                .dropFirst("service=".count)
            }
        return "\(properties.userID ?? "")/\(tenant ?? "")".bounded(toBytes: 255)
    }
}
