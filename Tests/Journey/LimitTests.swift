import Broker
import Contract
import Database
import Model
import ProviderDouble
import Runtime
import SenderProcess
import Senders
import TestSupport
import Testing

/// Several sender processes of one installation, each with a double of the same account.
@Suite("Senders share the rate of an account", .timeLimit(.minutes(1)))
struct LimitTests {
    private static let rate = AccountRate(perSecond: 200)

    /// A sender process.
    private struct Process {
        let provider: ProviderDouble
        let metrics: Metrics
        let services: [any Service]

        init(_ broker: BrokerSettings, _ database: DatabaseSettings, log: Log = .discarded) throws {
            provider = ProviderDouble("shared", rate: LimitTests.rate)
            let context = RoleContext(log: log)
            metrics = context.metrics
            var reader = try SettingsReader(environment: Installation.environment(broker, database))
            services = try SenderRole(media: [DoubleMedium(provider)]).services(settings: &reader, context: context)
            try reader.finish()
        }

        var isGranter: Bool {
            metrics.gauge("posthorn_sender_limit_granter", "", labels: [("medium", "webhook")]).value == 1
        }

        func start() async throws { for service in services { try await service.start() } }

        /// What SIGTERM does with its lanes.
        func drainLanes() async {
            await withDiscardingTaskGroup { group in
                for service in services where service.stage == .work { group.addTask { await service.drain() } }
            }
        }

        /// Ends its connections, as a kill does.
        func kill() async {
            for service in services where service is Subscriber || service is Publisher || service is Database {
                await service.drain()
            }
        }
    }

    /// Runs processes while more notifications wait for them than they can send.
    private func running(_ count: Int, _ body: (TestBroker, [Process]) async throws -> Void) async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { _, database in
                let processes = try (0..<count).map { _ in try Process(vhost.settings, database) }
                for process in processes { try await process.start() }
                let result: Result<Void, any Error>
                do { result = .success(try await body(vhost, processes)) } catch { result = .failure(error) }
                for process in processes { await process.kill() }
                try result.get()
            }
        }
    }

    private func publish(_ notifications: [Notification], to vhost: TestBroker) async throws {
        let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
        try await publisher.start()
        // One notification a message, so that they are divided among the processes.
        try await publisher.publish(notifications.flatMap { NotificationMessage.messages(of: [$0]).map { $0.outgoing() } })
        await publisher.close()
    }

    private func sent(_ count: Int, by processes: [Process]) async throws {
        try await within(.seconds(20), "\(count) calls") {
            while processes.reduce(0, { $0 + $1.provider.given.count }) < count { try await Task.sleep(for: .milliseconds(10)) }
        }
    }

    /// Within a second: beside the second's own, what had accumulated before (40), what is used as late as possible (30), and what a busy
    /// machine was late with. Without a common rate it would be all of them.
    private func expectRateKept(by processes: [Process]) {
        let moments = moments(processes)
        for first in moments { #expect(moments.count { $0 >= first && $0 < first + .seconds(1) } <= 200 + 40 + 30 + 70) }
    }

    /// When notifications were sent, from the first on.
    private func moments(_ processes: [Process]) -> [Duration] {
        let moments = processes.flatMap { $0.provider.calls.flatMap { Array(repeating: $0.at, count: $0.notifications.count) } }
        guard let first = moments.min() else { return [] }
        return moments.map { first.duration(to: $0) }.sorted()
    }

    private func newsletter(_ count: Int) -> [Notification] { SettlingTests.notifications(count, .bulk) }

    @Test func `three processes together send nearly what the rate allows and never more, and each has its share`() async throws {
        try await running(3) { vhost, processes in
            // As many as may wait in the processes.
            try await publish(newsletter(570), to: vhost)
            try await sent(540, by: processes)
            expectRateKept(by: processes)
            // With a third of the rate it would be more than eight seconds.
            #expect(moments(processes)[539] < .seconds(8))
            #expect(processes.count { $0.isGranter } == 1)
            #expect(processes.allSatisfy { $0.provider.given.count > 100 })
        }
    }

    @Test func `if the process that grants tokens ends, another grants them, and the rate is kept`() async throws {
        try await running(2) { vhost, processes in
            try await publish(newsletter(300), to: vhost)
            try await sent(100, by: processes)
            let granter = try #require(processes.firstIndex { $0.isGranter })
            await processes[granter].kill()
            let other = processes[1 - granter]
            try await publish(newsletter(200), to: vhost)
            // Its half of the first ones, and all of these.
            try await sent(340, by: [other])
            #expect(other.isGranter)
            expectRateKept(by: processes)
        }
    }

    @Test func `a sender that stops does not wait until what it holds has had its turn`() async throws {
        try await running(1) { vhost, processes in
            try await publish(newsletter(1500), to: vhost)
            try await sent(100, by: processes)
            await processes[0].drainLanes()
            #expect(processes[0].provider.given.count < 1000)
        }
    }

    @Test func `a login code is sent at once while a newsletter waits for the same account`() async throws {
        try await running(2) { vhost, processes in
            try await publish(newsletter(1000), to: vhost)
            try await sent(200, by: processes)
            let published = ContinuousClock.now
            try await publish(SettlingTests.notifications(5, .priority), to: vhost)
            try await within(.seconds(10), "the codes") {
                while processes.reduce(0, { $0 + $1.provider.given.count { $0.lane == .priority } }) < 5 {
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            #expect(ContinuousClock.now - published < .seconds(4))
            #expect(processes.reduce(0) { $0 + $1.provider.given.count } < 900)
        }
    }

    @Test func `a broker user who may not share the rate uses all of it`() async throws {
        try await TestBroker.withVhost { vhost in
            try await Installation.applyTopology(to: vhost)
            try await TestDatabase.withDatabase { _, database in
                let user = try await vhost.makeUser(read: "^(send|record)[.].*$")
                let process = try Process(user, database)
                try await process.start()
                try await publish(newsletter(50), to: vhost)
                try await sent(50, by: [process])
                #expect(!process.isGranter)
                await process.kill()
                try await vhost.deleteUser(user.user)
            }
        }
    }
}
