import Broker
import Contract
import Control
import Database
import Lanes
import Model
import ProviderDouble
import Recorder
import Runtime
import SenderProcess
import Senders
import Synchronization
import TestSupport
import Topology

/// Sender processes whose lanes the test changes as an operator does.
struct LaneControlRig: Sendable {
    let vhost: TestBroker
    let store: LaneSettingsStore
    let publisher: Publisher
    /// The number of the version of each applied change, from the logs of all senders.
    let applied: AsyncStream<String>
    private let environment: [String: String]
    private let control: ControlService
    private let log: Log

    /// Runs the body with a recorder, and without a sender.
    static func running(prefetch: Int, _ body: (LaneControlRig) async throws -> Void) async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { database, settings in
                let environment = Installation.environment(vhost.settings, settings, prefetch: prefetch)
                let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
                let subscriber = Subscriber(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
                let control = ControlService(
                    Participant(.tool), watching: [.sender], subscriber: subscriber, publisher: publisher, log: .discarded,
                    metrics: Metrics())
                control.expectAnswers(LaneAnswer.self)
                let (applied, apply) = AsyncStream.makeStream(of: String.self)
                let log = Log(level: .info, format: .logfmt) { line in
                    guard line.contains("\"lane settings applied\""), let version = line.range(of: "version=") else { return }
                    apply.yield(String(line[version.upperBound...].prefix { $0 != " " }))
                }
                var reader = try SettingsReader(environment: environment)
                let recorder = try RecorderRole().services(settings: &reader, context: RoleContext(log: .discarded))
                let services: [any Service] = [publisher, subscriber, control] + recorder
                for service in services { try await service.start() }
                let rig = LaneControlRig(
                    vhost: vhost, store: LaneSettingsStore(database), publisher: publisher, applied: applied,
                    environment: environment,
                    control: control, log: log)
                let result: Result<Void, any Error>
                do { result = .success(try await body(rig)) } catch { result = .failure(error) }
                for service in services.reversed() { await service.drain() }
                try result.get()
            }
        }
    }

    /// Starts a sender process with this provider.
    func startSender(_ provider: any Provider) async throws -> [any Service] {
        var reader = try SettingsReader(environment: environment)
        let sender = try SenderRole(media: [DoubleMedium(provider)]).services(
            settings: &reader, context: RoleContext(log: log))
        try reader.finish()
        for service in sender { try await service.start() }
        return sender
    }

    func stop(_ sender: [any Service]) async {
        for service in sender { await service.stopTaking() }
        for service in sender.reversed() where service.stage == .work { await service.drain() }
        for service in sender.reversed() where service.stage == .connections { await service.drain() }
    }

    func publish(_ notifications: [Notification]) async throws {
        try await publisher.publish(NotificationMessage.messages(of: notifications).map { $0.outgoing() })
    }

    /// Changes a lane as the commands do, and returns what the senders report of it.
    @discardableResult
    func change(_ name: LaneName, _ edit: (inout LaneSettingsStore.Change) -> Void) async throws -> [LaneReport] {
        var change = LaneSettingsStore.Change()
        edit(&change)
        _ = try await store.change(name, change)
        return await reports(name, .apply)
    }

    func reports(_ name: LaneName, _ purpose: LaneQuestion.Purpose = .report) async -> [LaneReport] {
        let answers = await control.ask(LaneQuestion(purpose), to: .all(.sender), within: .seconds(20))
        return answers.answers.values.flatMap(\.lanes).filter { $0.name == name }
    }

    /// Returns when the reports are as the test expects.
    func eventually(_ what: String, _ isSo: @escaping @Sendable () async throws -> Bool) async throws {
        try await within(.seconds(30), what) { while try await !isSo() { try await Task.sleep(for: .milliseconds(20)) } }
    }
}
