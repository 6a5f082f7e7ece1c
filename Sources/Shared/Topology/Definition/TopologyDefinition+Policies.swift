import JSON

extension TopologyDefinition {
    static let policies = [
        // The queues that the roles consume. A message that returned twenty times is poison (3.x has no limit by default, 4.x drops it
        // at twenty unless it is dead-lettered). A full queue refuses, so that its publisher waits.
        Policy(
            name: "posthorn-work", pattern: #"^(requests|cursors|send|record)\."#, priority: 10,
            limits: [
                .init("dead-letter-exchange", .string(ExchangeName.poison.name)),
                .init("dead-letter-strategy", "at-least-once"),
                .init("delivery-limit", 20),
            ] + refusing(atBytes: 4 << 30)),
        // The retry delay queues. A message leaves its queue only when the queue of its lane has accepted it.
        Policy(
            name: "posthorn-retries", pattern: #"^retry\."#, priority: 10,
            limits: [.init("dead-letter-strategy", "at-least-once"), withoutDeliveryLimit] + refusing(atBytes: 4 << 30)),
        // Copies for reports to services. The queue must never refuse, or poison would stay in the queue that it comes from. A copy that
        // the router cannot survive is dropped.
        Policy(
            name: "posthorn-reports", pattern: #"^poison\.reports$"#, priority: 10,
            limits: [
                .init("delivery-limit", 20),
                .init("max-length-bytes", .integer(256 << 20)), .init("overflow", "drop-head"),
                .init("queue-leader-locator", "balanced"),
            ]),
        // Events on their way to services. The queue must never refuse, or no event could be recorded.
        Policy(
            name: "posthorn-events", pattern: #"^events\."#, priority: 10,
            limits: [
                .init("max-length-bytes", .integer(256 << 20)), .init("overflow", "drop-head"),
                .init("queue-leader-locator", "balanced"),
            ]),
        // Demands for tokens. Only the last ones matter.
        Policy(
            name: "posthorn-limits", pattern: #"^limits\."#, priority: 10,
            limits: [
                .init("max-length", 10_000), .init("message-ttl", 1000), .init("overflow", "drop-head"),
                .init("queue-leader-locator", "balanced"),
            ]),
        // Messages that wait for an operator, who reads them as often as necessary.
        Policy(
            name: "posthorn-parked", pattern: #"^(parked\.|unroutable$)"#, priority: 10,
            limits: [withoutDeliveryLimit] + refusing(atBytes: 4 << 30)),
        // The services' own queues: one that nobody reads loses its oldest messages before it fills the broker's disk.
        Policy(
            name: "posthorn-services", pattern: ".*", priority: 1,
            limits: [.init("max-length-bytes", .integer(serviceQueueBytes)), .init("overflow", "drop-head")]),
        // The broker applies no policy with a limit that streams do not support, so streams have their own. A stream drops whole segments.
        Policy(
            name: "posthorn-streams", pattern: ".*", priority: 0,
            limits: [
                .init("max-length-bytes", .integer(serviceQueueBytes)),
                .init("stream-max-segment-size-bytes", .integer(serviceQueueBytes / 8)),
            ]),
    ]

    /// From 4.0 RabbitMQ drops a message that was returned twenty times, unless a limit is set. 3.x takes no -1, which 4.x has for none.
    private static let withoutDeliveryLimit = JSON.Member("delivery-limit", 1_000_000_000)

    private static let serviceQueueBytes: Int64 = 256 << 20

    /// At-least-once dead-lettering works only with a queue that refuses.
    private static func refusing(atBytes bytes: Int64) -> [JSON.Member] {
        [
            .init("max-length-bytes", .integer(bytes)), .init("overflow", "reject-publish"),
            .init("queue-leader-locator", "balanced"),
        ]
    }
}
