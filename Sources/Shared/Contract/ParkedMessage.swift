public import Broker
import JSON
public import Model
public import Topology

/// A copy of a message that is kept for an operator, with the reason, the queue and the time in its headers.
///
/// It can always be published, whatever the message was: it has only the properties and headers of Posthorn's own messages, each of a bounded
/// size. The body of a poison or rejected message is cut, because anybody can send any number of them; that of an undeliverable or expired
/// message is complete, up to a size that no request reaches.
public struct ParkedMessage: Sendable {
    /// How much is kept of a poison or rejected body, and of one beyond `wholeBodyLimit`, in bytes.
    public static let cutBodyLimit = 64 << 10
    /// Up to this size, in bytes, an undeliverable or expired body is kept completely.
    public static let wholeBodyLimit = 1 << 20
    static let reasonLimit = 500

    public let cause: ParkedReason
    /// The owner, for limits: the broker's user and the service that the message names. Both are as the sender gave them.
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
            Header(HeaderName.parkedKey, message.routingKey.bounded(toBytes: MessageProperties.shortLimit)),
        ]
        if let user = message.properties.userID {
            properties.headers.append(Header(HeaderName.parkedUser, user.bounded(toBytes: MessageProperties.shortLimit)))
        }
        self.properties = properties
    }

    /// Its size on the queue, in bytes.
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
    /// The length of AMQP's short strings, in bytes.
    fileprivate static let shortLimit = 255
    /// The headers of Posthorn's own messages, and how long each may be, in bytes.
    private static let keptHeaders = [
        (HeaderName.traceparent, shortLimit), (NotificationHeader.name, 64 << 10), (RequestHeader.name, 16 << 10),
    ]

    /// Only the known properties and headers, each of a bounded size. The user is only in a header: the broker refuses the name of another
    /// user.
    fileprivate func stripped() -> MessageProperties {
        MessageProperties(
            messageID: messageID?.bounded(toBytes: Self.shortLimit), type: type?.bounded(toBytes: Self.shortLimit),
            contentType: contentType?.bounded(toBytes: Self.shortLimit),
            correlationID: correlationID?.bounded(toBytes: Self.shortLimit), timestamp: timestamp,
            headers: Self.keptHeaders.compactMap { name, limit in
                string(name).map { Header(name, $0.bounded(toBytes: limit)) }
            })
    }

    /// Whether a kept text was cut.
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
                // A notification: in the block of common fields.
                properties.string(NotificationHeader.name)?.split(separator: "\n", maxSplits: 8).first {
                    $0.hasPrefix("service=")
                }?
                .dropFirst("service=".count)
            }
        return "\(properties.userID ?? "")/\(tenant ?? "")".bounded(toBytes: 255)
    }
}
