import Broker
import Parking
import Runtime
import Topology

/// The parked queues that one command reads, over connections of its own.
struct ParkedSession: Sendable {
    let queues: ParkedQueues
    let publisher: Publisher
    /// The broker user of the connections.
    let user: String

    /// Calls the body, and then returns everything that was read and not acknowledged to its queue.
    static func with<Success: Sendable>(
        _ filter: ParkedFilter, _ body: @Sendable (ParkedSession) async throws -> Success
    ) async throws -> Success {
        let (broker, log) = try ToolSettings.broker()
        return try await with(filter, broker: broker, log: log, body)
    }

    static func with<Success: Sendable>(
        _ filter: ParkedFilter, broker: BrokerSettings, log: Log, _ body: @Sendable (ParkedSession) async throws -> Success
    ) async throws -> Success {
        let name = "parked"
        let subscriber = Subscriber(settings: broker, name: "\(name): consume", log: log, metrics: Metrics())
        let publisher = Publisher(settings: broker, name: "\(name): publish", log: log, metrics: Metrics())
        let inspector = BrokerInspector(settings: broker, name: "\(name): inspect", log: log)
        let queues = ParkedQueues(filter, subscriber: subscriber, inspector: inspector)
        let result: Result<Success, any Error>
        do {
            try await subscriber.start()
            try await publisher.start()
            result = .success(try await body(ParkedSession(queues: queues, publisher: publisher, user: broker.user)))
        } catch BrokerError.accessRefused(let text) {
            result = .failure(ToolError.parkedRefused(user: broker.user, text: text))
        } catch { result = .failure(error) }
        await queues.requeueRest()
        await inspector.close()
        await subscriber.close()
        await publisher.close()
        return try result.get()
    }

    /// Says which other programs read the queues, because what they hold is not seen.
    func noteOtherReaders() async {
        for seen in await queues.seen where seen.otherReaders > 0 {
            let queue = QueueName.parked(seen.queue).name
            Console.note("\(Amounts.count(seen.otherReaders, "other program")) reads \(queue); what it holds is not shown\n")
        }
    }
}
