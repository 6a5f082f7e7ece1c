import Model

/// What the notifications of one message do not have in their body, as the text of its one header. The first block is what they have in
/// common; a block for each follows. No value has a line feed: labels and addresses are held to that at the door.
enum NotificationHeader {
    static let name = "x-notifications"

    /// - Parameter notifications: at least one, alike in all but the endpoint and the consumer.
    static func text(of notifications: [Notification]) -> String {
        var writer = HeaderWriter(capacity: 256 + 192 * notifications.count)
        let first = notifications[0]
        writer.beginBlock()
        writer.add("request", first.request.description)
        writer.add("service", first.service.text)
        writer.add("reference", first.reference)
        writer.add("content", first.content.digest)
        writer.add("attempt", "\(first.attempt)")
        writer.add("deferrals", first.deferrals == 0 ? nil : "\(first.deferrals)")
        writer.add("suspect", first.suspicion == .none ? nil : first.suspicion.rawValue)
        writer.add("doubted-at", first.doubtedAt.map { "\($0.milliseconds)" })
        writer.add("not-before", first.notBefore.map { "\($0.milliseconds)" })
        writer.add("expires-at", first.expiresAt.map { "\($0.milliseconds)" })
        for notification in notifications {
            let generation = notification.endpoint.secretGeneration
            writer.beginBlock()
            writer.add("id", notification.id.description)
            writer.add("consumer", notification.consumer)
            writer.add("endpoint", notification.endpoint.id.description)
            writer.add("address", notification.endpoint.address)
            writer.add("generation", generation == 1 ? nil : "\(generation)")
        }
        return writer.text
    }
}
