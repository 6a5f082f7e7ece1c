import Broker
import Contract
import Queueing
import Runtime
import Synchronization
import TestSupport
import Testing
import Topology

@testable import Parking

@Suite("Parking waits for the broker, but not for room on a queue", .timeLimit(.minutes(1)))
struct ParkingTests {
    /// Returns the scripted result of each attempt, and records the attempts.
    private final class Script: Sendable {
        private let state: Mutex<(answers: [[PublishError?]], attempted: [[String]])>

        /// - Parameter answers: for each attempt, the error of each message; nil is a confirm.
        init(_ answers: [[PublishError?]]) { state = Mutex((answers, [])) }

        var attempted: [[String]] { state.withLock { $0.attempted } }

        func attempt(_ messages: [OutgoingMessage]) -> PublishReport {
            let answers = state.withLock { state in
                state.attempted.append(messages.map { String(decoding: $0.body, as: UTF8.self) })
                return state.answers.removeFirst()
            }
            return PublishReport(
                failures: answers.enumerated().compactMap { index, error in
                    error.map { PublishReport.Failure(index: index, error: $0, mayHaveArrived: false) }
                })
        }
    }

    private let metrics = Metrics()

    private func parking(_ script: Script, budget: ParkingBudget = ParkingBudget(), log: Log = .discarded) -> Parking {
        Parking(
            log: log, metrics: metrics, budget: budget,
            retries: RetryPolicy(backOff: { BackOff(initial: .milliseconds(1), limit: .milliseconds(1)) }) { _ in .transient },
            attempt: script.attempt)
    }

    private func message(_ body: String, key: String = "shop.normal", _ cause: ParkedReason = .rejected) -> ParkedMessage {
        ParkedMessage(
            OutgoingMessage(exchange: "requests", routingKey: key, body: Array(body.utf8)), because: cause, reason: "why",
            from: .requests(.normal, 0))
    }

    private func dropped(_ cause: ParkedReason, _ reason: String) -> Int {
        metrics.counter(
            "posthorn_parked_dropped_total", "", labels: [("queue", "parked.\(cause.rawValue)"), ("reason", reason)]
        ).value
    }

    @Test func `a confirmed copy is parked, one that a full queue refuses is dropped and counted`() async throws {
        let script = Script([[nil, .refused, nil]])
        try await parking(script).park(["a", "b", "c"].map { message($0) })
        #expect(script.attempted == [["a", "b", "c"]])
        #expect(dropped(.rejected, "full") == 1)
    }

    @Test func `while the broker is unavailable it waits, and publishes again only what is not confirmed`() async throws {
        let script = Script([[.disconnected, nil, .blocked], [.timedOut, nil], [nil]])
        try await parking(script).park(["a", "b", "c"].map { message($0) })
        #expect(script.attempted == [["a", "b", "c"], ["a", "c"], ["a"]])
    }

    @Test func `a copy that is not routed to a queue is dropped`() async throws {
        let returned = PublishError.returned(exchange: "parked", routingKey: "poison", code: 312, text: "NO_ROUTE")
        try await parking(Script([[returned]])).park([message("a", .poison)])
        #expect(dropped(.poison, "refused") == 1)
    }

    @Test func `copies beyond an owner's budget are dropped, and those of others are not`() async throws {
        let budget = ParkingBudget(messages: .init(burst: 2, perSecond: 0), bytes: ParkingBudget.bytes)
        let script = Script([[nil, nil, nil]])
        let messages = ["a", "b", "c"].map { message($0) } + [message("d", key: "other.normal")]
        try await parking(script, budget: budget).park(messages)
        #expect(script.attempted == [["a", "b", "d"]])
        #expect(dropped(.rejected, "limit") == 1)
    }

    @Test func `drops are logged at most once a minute`() async throws {
        let lines = Mutex<[String]>([])
        let log = Log(level: .error, format: .logfmt) { line in lines.withLock { $0.append(line) } }
        try await parking(Script([[.refused, .refused], [.refused]]), log: log).park([message("a"), message("b")])
        #expect(lines.withLock { $0.count } == 1)
        #expect(lines.withLock { $0[0] }.contains("parked.rejected"))
    }

    @Test func `a closed publisher ends it without a drop, so that the delivery is redelivered`() async {
        await #expect(throws: CancellationError.self) { try await parking(Script([[.closed]])).park([message("a")]) }
        #expect(ParkedReason.allCases.allSatisfy { dropped($0, "refused") == 0 })
    }

    @Test func `a full queue of the real broker drops the copy at once`() async throws {
        try await TestBroker.withVhost { vhost in
            try await vhost.declareExchange(ExchangeName.parked.name, type: "direct")
            let queue = QueueName.parked(.rejected).name
            try await vhost.declareQueue(
                queue,
                arguments: #"{"x-queue-type":"quorum","x-max-length-bytes":100000,"x-overflow":"reject-publish"}"#)
            try await vhost.bind(queue, to: ExchangeName.parked.name, key: RoutingKey.parked(.rejected))
            let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: Metrics())
            try await publisher.start()
            let parking = Parking(publisher: publisher, log: .discarded, metrics: metrics)
            let body = String(repeating: "x", count: 60_000)
            for _ in 0..<20 { try await parking.park([message(body)]) }
            #expect(dropped(.rejected, "full") > 0)
            await publisher.close()
        }
    }
}
