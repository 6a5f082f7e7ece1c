import Runtime

/// The settings of a router.
struct RouterSettings: Sendable {
    /// Consumers in one chunk of a cursor.
    var chunk = 2000
    /// Consumers that are expanded at once, without a cursor.
    var inlineLimit = 500
    /// The most ranges into which a large audience is divided.
    var ranges = 4
    /// The most unacknowledged messages of a queue of requests.
    var requestPrefetch = 128
    /// How many cursors of a medium's lane are expanded concurrently.
    var cursorPrefetch = 2
    /// The depth that a lane may always have, in messages of up to 16 notifications each.
    var laneFloor = 200
    /// The depth that a lane never exceeds, in messages.
    var laneCeiling = 5000

    /// How long a cursor waits for room on its lane before it goes to the end of its queue. The broker closes the AMQP channel of a message that
    /// is unacknowledged for half an hour (`consumer_timeout`), and parks a message that was returned twenty times.
    var cursorPatience = Duration.seconds(300)
    /// How long a burst waits for a lane that is not consumed: longer than it takes to replace a sender.
    var unservedPatience = Duration.seconds(10)

    /// How a large audience is divided.
    var division: Division { Division(chunk: chunk, limit: ranges) }

    init() {}

    init(reading reader: inout SettingsReader) {
        chunk = reader.integer("POSTHORN_ROUTER_CHUNK_SIZE", default: chunk, in: 1...20_000)
        inlineLimit = min(inlineLimit, chunk)
        laneFloor = reader.integer("POSTHORN_ROUTER_BURST_QUEUE_MIN", default: laneFloor, in: 1...1_000_000)
        laneCeiling = reader.integer("POSTHORN_ROUTER_BURST_QUEUE_MAX", default: laneCeiling, in: laneFloor...10_000_000)
    }
}
