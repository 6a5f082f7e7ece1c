import Contract
import Model
import Queueing
import Runtime
import Synchronization
import Testing
import Topology

@testable import Broker
@testable import Parking

@Suite("A replay is confirmed before its parked copy may be removed", .timeLimit(.minutes(1)))
struct ReplayerTests {
    /// Answers each publish by the exchange of its messages, and records the order.
    private final class Script: Sendable {
        private let state: Mutex<(failures: [PublishError?], exchanges: [[String]])>

        /// - Parameter failures: for each attempt, the error of its last message; nil where all are confirmed.
        init(_ failures: [PublishError?]) { state = Mutex((failures, [])) }

        var exchanges: [[String]] { state.withLock { $0.exchanges } }

        func attempt(_ messages: [OutgoingMessage]) -> PublishReport {
            state.withLock { state in
                state.exchanges.append(messages.map(\.exchange))
                guard !state.failures.isEmpty, let error = state.failures.removeFirst() else {
                    return PublishReport(failures: [])
                }
                return PublishReport(failures: [.init(index: messages.count - 1, error: error, mayHaveArrived: true)])
            }
        }
    }

    private static func replays(_ count: Int) throws -> [Replay] {
        try (0..<count).map { number in
            let notification = Notification(
                request: .fresh(), tenant: TenantName("shop")!, reference: nil, lane: .bulk, consumer: "ada-\(number)",
                endpoint: Endpoint(id: .fresh(), medium: .webhook, address: "https://example.org/"), expiresAt: nil,
                traceparent: nil, content: EncodedContent(bytes: [0x7B, 0x7D]))
            let parked = ParkedMessage(
                NotificationMessage(notification).outgoing(), because: .undeliverable, reason: "why",
                from: .send(.webhook, .bulk, .sparse)
            ).outgoing()
            let delivery = Delivery(
                tag: DeliveryTag(epoch: 1, number: 1), exchange: parked.exchange, routingKey: parked.routingKey,
                isRedelivered: false, properties: parked.properties, body: parked.body)
            return try Replay(of: ParkedCopy(delivery, from: .undeliverable), by: "posthorn")
        }
    }

    private func replayer(_ script: Script) -> Replayer {
        Replayer(
            retries: RetryPolicy(backOff: { BackOff(initial: .milliseconds(1), limit: .milliseconds(1)) }) { _ in .transient },
            attempt: script.attempt)
    }

    @Test func `the copies are confirmed before the events are published`() async throws {
        let script = Script([])
        #expect(try await replayer(script).publish(Self.replays(2)) == [.confirmed, .confirmed])
        #expect(script.exchanges == [["notifications", "notifications"], ["events.bulk", "events.bulk"]])
    }

    @Test(arguments: [PublishError.refused, .disconnected, .blocked, .timedOut])
    func `what is not confirmed is published again, and nothing else`(error: PublishError) async throws {
        let script = Script([error, error, nil])
        #expect(try await replayer(script).publish(Self.replays(2)) == [.confirmed, .confirmed])
        let copies = [["notifications", "notifications"], ["notifications"], ["notifications"]]
        #expect(script.exchanges == copies + [["events.bulk", "events.bulk"]])
    }

    @Test func `what the broker will never take stays, and is not reported as replayed`() async throws {
        let script = Script([.returned(exchange: "notifications", routingKey: "fax.bulk", code: 312, text: "NO_ROUTE")])
        let outcomes = try await replayer(script).publish(Self.replays(2))
        #expect(outcomes[0] == .confirmed)
        guard case .impossible = outcomes[1] else {
            Issue.record("\(outcomes[1])")
            return
        }
        #expect(script.exchanges == [["notifications", "notifications"], ["events.bulk"]])
    }

    @Test func `a publisher that is closed ends the replay without an outcome`() async throws {
        let replays = try Self.replays(1)
        await #expect(throws: CancellationError.self) { try await replayer(Script([.closed])).publish(replays) }
    }
}
