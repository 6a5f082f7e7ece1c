import JSON
public import Model

extension TopologyDefinition {
    /// What Posthorn needs on a virtual host for these media.
    public init(_ media: Media) {
        let queues = QueueName.all(media)
        self.init(
            exchanges: Self.exchanges, queues: queues.map(Self.queue),
            bindings: Self.laneBindings + queues.flatMap(Self.bindings), policies: Self.policies)
    }

    private static var exchanges: [Exchange] {
        ExchangeName.allCases.map { exchange in
            switch exchange {
            case .requests:
                Exchange(
                    name: exchange.name, kind: .topic,
                    arguments: [.init("alternate-exchange", .string(ExchangeName.unroutable.name))])
            case .notifications, .events, .inbound, .control: Exchange(name: exchange.name, kind: .topic, arguments: [])
            case .cursors, .parked: Exchange(name: exchange.name, kind: .direct, arguments: [])
            case .poison, .unroutable: Exchange(name: exchange.name, kind: .fanout, arguments: [])
            }
        } + Lane.allCases.map { Exchange(name: ExchangeName.requests(of: $0), kind: .consistentHash, arguments: []) }
            + Lane.allCases.map { Exchange(name: ExchangeName.events(of: $0), kind: .fanout, arguments: []) }
            + RetryDelay.allCases.map { Exchange(name: $0.exchange, kind: .topic, arguments: []) }
    }

    /// From `requests` to the exchange that divides the requests of a lane over its queues.
    private static var laneBindings: [Binding] {
        Lane.allCases.map { lane in
            Binding(
                exchange: ExchangeName.requests.name, destination: .exchange(ExchangeName.requests(of: lane)),
                key: "*.\(lane.rawValue)")
        }
    }

    private static func queue(_ queue: QueueName) -> Queue {
        let quorum = JSON.Member("x-queue-type", "quorum")
        // No dead-letter routing key: a message keeps its own.
        func forwarding(to exchange: ExchangeName, after delay: Duration) -> Queue {
            Queue(
                name: queue.name,
                arguments: [
                    .init("x-dead-letter-exchange", .string(exchange.name)),
                    .init("x-message-ttl", .integer(Int64(delay / .milliseconds(1)))), quorum,
                ])
        }
        switch queue {
        case .retry(let delay, _): return forwarding(to: .notifications, after: delay.duration)
        // At most once: an event that a service's queue refuses is dropped for that service.
        case .forwardedEvents: return forwarding(to: .events, after: .zero)
        // One process counts for all.
        case .limits: return Queue(name: queue.name, arguments: [quorum, .init("x-single-active-consumer", true)])
        default: return Queue(name: queue.name, arguments: [quorum])
        }
    }

    private static func bindings(_ queue: QueueName) -> [Binding] {
        switch queue {
        // The key is the queue's weight.
        case .requests(let lane, _): [Binding(ExchangeName.requests(of: lane), queue, key: "1")]
        case .cursors(let medium, let lane): [Binding(.cursors, queue, key: RoutingKey.cursor(medium, lane))]
        case .send(let medium, let lane, let traffic):
            [Binding(.notifications, queue, key: RoutingKey.notification(medium, lane, traffic))]
        case .retry(let delay, let lane): [Binding(delay.exchange, queue, key: "*.\(lane.rawValue).#")]
        case .parked(.poison): [Binding(.parked, queue, key: RoutingKey.parked(.poison)), Binding(.poison, queue, key: "")]
        case .parked(let reason): [Binding(.parked, queue, key: RoutingKey.parked(reason))]
        case .poisonReports: [Binding(.poison, queue, key: "")]
        case .record(let lane), .forwardedEvents(let lane): [Binding(ExchangeName.events(of: lane), queue, key: "")]
        case .limits(let medium): [Binding(.control, queue, key: RoutingKey.limits(of: medium))]
        case .unroutable: [Binding(.unroutable, queue, key: "")]
        }
    }
}

extension TopologyDefinition.Binding {
    fileprivate init(_ exchange: ExchangeName, _ queue: QueueName, key: String) {
        self.init(exchange.name, queue, key: key)
    }

    fileprivate init(_ exchange: String, _ queue: QueueName, key: String) {
        self.init(exchange: exchange, destination: .queue(queue.name), key: key)
    }
}
