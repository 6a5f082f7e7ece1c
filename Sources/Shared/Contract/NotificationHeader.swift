import Model

/// What the notifications of one message do not have in their body, as the text of its one header. The first block is what they have in
/// common; a block for each follows. No value has a line feed: labels and addresses are held to that at the door.
enum NotificationHeader {
    static let name = "x-notifications"

    /// - Parameter notifications: at least one, alike in all but the endpoint and the consumer.
    static func text(of notifications: [Notification]) -> String {
        var lines = HeaderLines(capacity: 256 + 192 * notifications.count)
        let first = notifications[0]
        lines.beginBlock()
        lines.add("request", first.request.description)
        lines.add("service", first.service.text)
        lines.add("reference", first.reference)
        lines.add("content", first.content.digest)
        lines.add("attempt", "\(first.attempt)")
        lines.add("suspect", first.suspicion == .none ? nil : first.suspicion.rawValue)
        lines.add("expires-at", first.expiresAt.map { "\($0.milliseconds)" })
        for notification in notifications {
            let generation = notification.endpoint.secretGeneration
            lines.beginBlock()
            lines.add("id", notification.id.description)
            lines.add("consumer", notification.consumer)
            lines.add("endpoint", notification.endpoint.id.description)
            lines.add("address", notification.endpoint.address)
            lines.add("generation", generation == 1 ? nil : "\(generation)")
        }
        return lines.text
    }
}
