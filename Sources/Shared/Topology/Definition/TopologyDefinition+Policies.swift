import JSON

extension TopologyDefinition {
    static let policies = [
        // What programs consume. A message that came back twenty times breaks what reads it (3.x counts without a limit unless told,
        // 4.x drops it at twenty unless it has somewhere to go). A full queue refuses, so that its publisher waits.
        Policy(
            name: "posthorn-work", pattern: #"^(requests|cursors|send|record)\."#, priority: 10,
            limits: [
                .init("dead-letter-exchange", .string(ExchangeName.poison.name)),
                .init("dead-letter-strategy", "at-least-once"),
                .init("delivery-limit", 20),
            ] + refusing(atBytes: 4 << 30)),
        // What waits for its time. It leaves its hold only when its lane has taken it.
        Policy(
            name: "posthorn-retries", pattern: #"^retry\."#, priority: 10,
            limits: [.init("dead-letter-strategy", "at-least-once")] + refusing(atBytes: 4 << 30)),
        // Copies, from which services are told. They must never refuse: the queue that they come from would keep its poison.
        Policy(
            name: "posthorn-reports", pattern: #"^poison\.reports$"#, priority: 10,
            limits: [
                .init("max-length-bytes", .integer(256 << 20)), .init("overflow", "drop-head"),
                .init("queue-leader-locator", "balanced"),
            ]),
        // What goes on to the services. It must never refuse: nothing that happens could be recorded.
        Policy(
            name: "posthorn-events", pattern: #"^events\."#, priority: 10,
            limits: [
                .init("max-length-bytes", .integer(256 << 20)), .init("overflow", "drop-head"),
                .init("queue-leader-locator", "balanced"),
            ]),
        // What waits for an operator.
        Policy(
            name: "posthorn-parked", pattern: #"^(parked\.|unroutable$)"#, priority: 10, limits: refusing(atBytes: 4 << 30)),
        // The services' own queues: one that nobody reads loses its oldest messages before it fills the broker's disk.
        Policy(
            name: "posthorn-services", pattern: ".*", priority: 1,
            limits: [.init("max-length-bytes", .integer(serviceQueueBytes)), .init("overflow", "drop-head")]),
        // A stream takes no policy with a limit that streams do not know, and would have none at all. It forgets whole segments.
        Policy(
            name: "posthorn-streams", pattern: ".*", priority: 0,
            limits: [
                .init("max-length-bytes", .integer(serviceQueueBytes)),
                .init("stream-max-segment-size-bytes", .integer(serviceQueueBytes / 8)),
            ]),
    ]

    private static let serviceQueueBytes: Int64 = 256 << 20

    /// At-least-once dead-lettering works only with a queue that refuses.
    private static func refusing(atBytes bytes: Int64) -> [JSON.Member] {
        [
            .init("max-length-bytes", .integer(bytes)), .init("overflow", "reject-publish"),
            .init("queue-leader-locator", "balanced"),
        ]
    }
}
