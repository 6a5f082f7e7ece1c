public import Broker
public import Model
public import Runtime

/// Checks at start that the broker has every exchange and queue. The process does not start on a broker that lacks some, because a message
/// for a missing queue would be lost.
public struct TopologyCheck: Service {
    public let name = "topology"
    private let media: Media
    private let inspector: BrokerInspector
    private let ready: Readiness.Condition
    private let log: Log

    /// - Parameter media: those that the process uses.
    public init(settings: BrokerSettings, media: Media = .posthorn, context: RoleContext) {
        self.media = media
        log = context.log.scoped(to: name)
        inspector = BrokerInspector(settings: settings, name: name, log: log)
        ready = context.readiness.condition(name)
    }

    /// Waits for a broker that cannot be reached now.
    ///
    /// - Throws: `TopologyMissing`, or `BrokerError` where the broker refuses this user.
    public func start() async throws {
        var backOff = BackOff()
        while true {
            do {
                let missing = try await missing()
                guard missing.isEmpty else { throw TopologyMissing(subjects: missing) }
                break
            } catch let error as BrokerError where error.isTransient {
                log.warning("waiting for the broker", ["error": error.description])
                try await Task.sleep(for: backOff.delay())
            }
        }
        await inspector.close()
        ready.set(true)
    }

    public func drain() async { await inspector.close() }

    private func missing() async throws -> [String] {
        var missing: [String] = []
        for exchange in TopologyDefinition(media).exchanges where try await !inspector.exchangeExists(exchange.name) {
            missing.append("exchange \(exchange.name)")
        }
        for queue in QueueName.all(media) where try await !inspector.queueExists(queue.name) {
            missing.append("queue \(queue.name)")
        }
        return missing
    }
}

/// The broker lacks exchanges or queues.
public struct TopologyMissing: Error, Equatable, CustomStringConvertible {
    public let subjects: [String]

    public init(subjects: [String]) { self.subjects = subjects }

    public var description: String {
        let shown = subjects.prefix(5).joined(separator: ", ") + (subjects.count > 5 ? " and \(subjects.count - 5) more" : "")
        return "the broker lacks \(shown)\n    fix it: posthorn topology apply"
    }
}
