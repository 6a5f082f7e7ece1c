import Runtime

/// How a router takes its work.
struct RouterSettings: Sendable {
    /// Consumers in one chunk of a cursor.
    var chunk = 2000
    /// Consumers that are expanded at once, without a cursor.
    var inlineLimit = 500
    /// Ranges into which a large audience is divided at most.
    var ranges = 4
    /// Messages of a queue of requests that are held unacknowledged at most.
    var requestPrefetch = 128
    /// Cursors of a medium's lane that are worked on side by side.
    var cursorPrefetch = 2
    /// A lane may always hold so many messages, of up to 16 notifications each…
    var laneFloor = 200
    /// … and never more than so many.
    var laneCeiling = 5000

    /// For so long a cursor waits for room on its lane before it goes to its queue's tail. A broker closes the AMQP channel of a message that
    /// waits for half an hour (`consumer_timeout`), and sets one aside that came back twenty times.
    var cursorPatience = Duration.seconds(300)
    /// For so long what is sent in a burst waits for a lane that nobody serves: longer than it takes to replace a sender.
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
