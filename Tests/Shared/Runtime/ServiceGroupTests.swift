import Runtime
import Synchronization
import Testing

@Suite struct ServiceGroupTests {
    /// The calls, in order.
    private final class Journal: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func note(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Recorded: Service {
        let name: String
        let journal: Journal
        var failure: (any Error)?
        var isDrainEndless = false

        func start() async throws {
            journal.note("start \(name)")
            if let failure { throw failure }
        }

        func drain() async {
            journal.note("drain \(name)")
            // An unstructured task ignores the cancellation, like a C library.
            if isDrainEndless { await Task { try? await Task.sleep(for: .seconds(3600)) }.value }
        }
    }

    /// Its drain ends when `mayEnd` returns.
    private struct Worker: Service {
        let name: String
        let journal: Journal
        let mayEnd: @Sendable () async -> Void

        var stage: ServiceStage { .work }
        func start() async throws {}
        func stopTaking() async { journal.note("stop \(name)") }
        func drain() async {
            journal.note("drain \(name)")
            await mayEnd()
            journal.note("drained \(name)")
        }
    }

    private struct Refused: Error, Equatable {}

    @Test func `services start in order and drain in reverse order`() async throws {
        let journal = Journal()
        let group = ServiceGroup(
            ["a", "b", "c"].map { Recorded(name: $0, journal: journal) }, drainLimit: .seconds(30), log: .discarded)
        try await group.run { journal.note("stop") }
        #expect(journal.all == ["start a", "start b", "start c", "stop", "drain c", "drain b", "drain a"])
    }

    @Test func `stopping is called before anything is drained`() async throws {
        let journal = Journal()
        let group = ServiceGroup([Recorded(name: "a", journal: journal)], drainLimit: .seconds(30), log: .discarded)
        try await group.run(until: {}, started: { journal.note("started") }, stopping: { journal.note("stopping") })
        #expect(journal.all == ["start a", "started", "stopping", "drain a"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `all stop taking work before any is drained, and a slow drain does not delay the others`() async throws {
        let journal = Journal()
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        // The slow one ends only after the quick one.
        let slow = Worker(name: "slow", journal: journal) { for await _ in ended { return } }
        let quick = Worker(name: "quick", journal: journal) { end.yield() }
        let connection = Recorded(name: "connection", journal: journal)
        try await ServiceGroup([connection, quick, slow], drainLimit: .seconds(50), log: .discarded).run {}
        let lines = journal.all
        #expect(Set(lines[1...2]) == ["stop quick", "stop slow"])
        #expect(lines.suffix(2) == ["drained slow", "drain connection"])
        #expect(lines.contains("drained quick"))
    }

    @Test func `a failed start drains the started services and throws`() async {
        let journal = Journal()
        let services = [
            Recorded(name: "a", journal: journal), Recorded(name: "b", journal: journal, failure: Refused()),
            Recorded(name: "c", journal: journal),
        ]
        let group = ServiceGroup(services, drainLimit: .seconds(30), log: .discarded)
        await #expect(throws: Refused()) { try await group.run { journal.note("stop") } }
        #expect(journal.all == ["start a", "start b", "drain b", "drain a"])
    }

    @Test(.timeLimit(.minutes(1))) func `the drain ends at its limit`() async throws {
        let journal = Journal()
        let services = [
            Recorded(name: "a", journal: journal), Recorded(name: "b", journal: journal, isDrainEndless: true),
        ]
        let lines = Mutex<[String]>([])
        let log = Log(level: .warning, format: .logfmt) { line in lines.withLock { $0.append(line) } }
        try await ServiceGroup(services, drainLimit: .milliseconds(20), log: log).run {}
        #expect(journal.all == ["start a", "start b", "drain b"])
        #expect(lines.withLock { $0 }.first?.contains("drain timed out") == true)
    }
}
