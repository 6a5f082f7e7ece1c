import Broker
import Control
import Database
import Lanes
import Model
import Runtime
import Topology

/// The connections of a command that looks at lanes or changes them.
struct LaneClient: Sendable {
    /// How long senders have to answer.
    static let answerLimit = Duration.seconds(5)

    /// What happens while the broker is away.
    enum Need { case broker, databaseOnly }

    let store: LaneSettingsStore
    /// Why the broker cannot be reached; nil if it can.
    let brokerProblem: BrokerError?
    private let control: ControlService
    private let inspector: BrokerInspector

    /// Connects, calls the body and disconnects.
    ///
    /// - Parameter need: with `databaseOnly` the body is called although the broker is away, and nobody answers.
    static func connected<Success>(_ need: Need = .broker, _ body: (LaneClient) async throws -> Success) async throws -> Success {
        let (broker, settings, log) = try ToolSettings.servers()
        let name = "posthorn lane"
        let database = Database(settings: settings, log: log, metrics: Metrics())
        let subscriber = Subscriber(settings: broker, name: name, log: log, metrics: Metrics())
        let publisher = Publisher(settings: broker, name: name, log: log, metrics: Metrics())
        let control = ControlService(
            Participant(.tool), watching: [.sender], subscriber: subscriber, publisher: publisher, log: log, metrics: Metrics())
        control.expectAnswers(LaneAnswer.self)
        let inspector = BrokerInspector(settings: broker, name: name, log: log)
        let services: [any Service] = [database, publisher, subscriber, control]
        let result: Result<Success, any Error>
        do {
            let problem = try await start(services, need)
            result = .success(
                try await body(
                    LaneClient(store: LaneSettingsStore(database), brokerProblem: problem, control: control, inspector: inspector)
                ))
        } catch { result = .failure(error) }
        for service in services.reversed() { await service.drain() }
        await inspector.close()
        return try result.get()
    }

    /// - Returns: why the broker cannot be reached, where it is not needed.
    private static func start(_ services: [any Service], _ need: Need) async throws -> BrokerError? {
        do {
            for service in services { try await service.start() }
            return nil
        } catch let error as BrokerError where error.isTransient && need == .databaseOnly { return error }
    }

    /// What the senders do now.
    func ask() async -> Answers<LaneAnswer> {
        await control.ask(LaneQuestion(.report), to: .all(.sender), within: Self.answerLimit)
    }

    /// Informs all processes that settings have changed, and returns what the senders do when they have applied them.
    func announce() async -> Answers<LaneAnswer> {
        control.publish(LaneSettingsNotice(), to: .all(.router))
        return await control.ask(LaneQuestion(.apply), to: .all(.sender), within: Self.answerLimit)
    }

    /// A lane's queues at the broker.
    func queues(of name: LaneName) async throws(BrokerError) -> LaneQueues {
        var queues = LaneQueues()
        for traffic in Traffic.allCases {
            let (messages, consumers) = try await inspector.depth(of: QueueName.send(name.medium, name.lane, traffic).name)
            queues.waiting[traffic] = messages
            // A process consumes isolated messages only now and then.
            if traffic != .isolated { queues.consumers += consumers }
        }
        queues.cursors = try await inspector.depth(of: QueueName.cursors(name.medium, name.lane).name).messages
        return queues
    }

    /// How many messages wait for another attempt on a lane, for all media together.
    func retries(_ lane: Lane) async throws(BrokerError) -> Int {
        var messages = 0
        for delay in RetryDelay.allCases { messages += try await inspector.depth(of: QueueName.retry(delay, lane).name).messages }
        return messages
    }

    /// Everything that `lane list` shows, at one moment.
    func sample() async throws -> LaneSample {
        let answers = await ask()
        var sample = LaneSample(at: .now, now: .now, answers: answers)
        for name in LaneName.all(.posthorn) { sample.queues[name] = try await queues(of: name) }
        for lane in Lane.allCases { sample.retries[lane] = try await retries(lane) }
        // The senders know the settings that they have applied, so this works without the database as well.
        do { sample.settings = try await store.all() } catch { sample.databaseProblem = "\(error)" }
        return sample
    }
}
