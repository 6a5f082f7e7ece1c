extension OutgoingMessage {
    /// All but the body must fit in one frame of 128 KiB.
    private static let headLimit = 100_000
    /// The broker's default limit since RabbitMQ 4.0.
    private static let bodyLimit = 16 << 20

    /// Why AMQP cannot carry this message, as the rest of a sentence; nil if it can.
    var problem: String? {
        if exchange.utf8.count > 255 || routingKey.utf8.count > 255 {
            return "has an exchange name or routing key longer than 255 bytes"
        }
        let texts = [
            properties.messageID, properties.type, properties.contentType, properties.userID, properties.correlationID,
        ]
        if texts.contains(where: { ($0?.utf8.count ?? 0) > 255 }) { return "has a property longer than 255 bytes" }
        if properties.headers.contains(where: { $0.name.utf8.count > 255 }) { return "has a header name longer than 255 bytes" }
        if headSize > Self.headLimit { return "has headers of more than \(Self.headLimit) bytes" }
        if body.count > Self.bodyLimit { return "has a body of more than \(Self.bodyLimit) bytes" }
        return nil
    }

    /// The size of all strings but the body, in bytes, with 9 bytes for the type and length of each header.
    var headSize: Int {
        var size = exchange.utf8.count + routingKey.utf8.count
        size += (properties.messageID?.utf8.count ?? 0) + (properties.type?.utf8.count ?? 0)
        size += (properties.contentType?.utf8.count ?? 0) + (properties.userID?.utf8.count ?? 0)
        size += properties.correlationID?.utf8.count ?? 0
        for header in properties.headers {
            size += header.name.utf8.count + 9
            if case .string(let text) = header.value { size += text.utf8.count }
        }
        return size
    }
}
