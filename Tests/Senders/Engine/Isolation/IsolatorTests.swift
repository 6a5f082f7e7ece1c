import Broker
import Contract
import Model
import Queueing
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("What was returned too often is moved, and its neighbours are not", .timeLimit(.minutes(1)))
struct IsolatorTests {
    @Test(arguments: [
        (0, Traffic.burst, ReturnRule.Step.begin), (2, .sparse, .begin), (3, .sparse, .isolate), (20, .burst, .isolate),
        (3, .isolated, .begin), (5, .isolated, .begin), (6, .isolated, .park),
    ])
    func `a delivery is begun a few times, then isolated, then parked`(returns: Int, traffic: Traffic, step: ReturnRule.Step) {
        #expect(ReturnRule.step(returns: returns, on: traffic) == step)
    }

    @Test func `the number of processes that one message can end is bounded`() throws {
        let isolator = isolator { _ in PublishReport(failures: []) }
        var message = NotificationMessage(SettlementTests.notification()).outgoing()
        var traffic = Traffic.sparse
        var crashes = 0
        while message.exchange != "poison" {
            if let moved = isolator.move(for: delivery(message), on: traffic) {
                message = moved
                traffic = .isolated
            } else {
                crashes += 1
                #expect(crashes < 20)
                // The process ends, and the broker counts; or the copy after a retry delay has the count in its header.
                if crashes.isMultiple(of: 2) {
                    message = NotificationMessage(try NotificationMessage(delivery(message, count: 1)).notifications[0])
                        .outgoing(after: .fiveSeconds)
                } else {
                    message.properties["x-returns"] = .integer(Int64(ReturnedMessage(delivery(message, count: 1)).returns))
                }
            }
        }
        #expect(crashes == ReturnRule.parkedAfter)
    }

    @Test func `a move is repeated until it is confirmed`() async throws {
        let attempts = Mutex<[[String]]>([])
        let isolator = isolator { messages in
            attempts.withLock { attempts in
                attempts.append(messages.map { String(decoding: $0.body, as: UTF8.self) })
                return PublishReport(
                    failures: attempts.count < 3 ? [.init(index: messages.count - 1, error: .refused, mayHaveArrived: false)] : []
                )
            }
        }
        try await isolator.confirm(["a", "b"].map { OutgoingMessage(exchange: "", routingKey: "", body: Array($0.utf8)) })
        #expect(attempts.withLock { $0 } == [["a", "b"], ["b"], ["b"]])
    }

    @Test func `poison for which there is no room is reported once, and nothing waits for it`() async throws {
        let attempts = Mutex<[[String]]>([])
        let isolator = isolator { messages in
            attempts.withLock { attempts in
                attempts.append(messages.map(\.exchange))
                let isFirst = attempts.count == 1
                return PublishReport(
                    failures: isFirst ? messages.indices.map { .init(index: $0, error: .refused, mayHaveArrived: false) } : [])
            }
        }
        try await isolator.confirm(["poison", "notifications"].map { OutgoingMessage(exchange: $0, routingKey: "", body: []) })
        #expect(attempts.withLock { $0 } == [["poison", "notifications"], ["notifications"]])
    }

    @Test func `a move that the process cannot finish is not reported as done`() async {
        let isolator = isolator { _ in PublishReport(failures: [.init(index: 0, error: .closed, mayHaveArrived: false)]) }
        await #expect(throws: CancellationError.self) {
            try await isolator.confirm([OutgoingMessage(exchange: "", routingKey: "", body: [])])
        }
    }

    private func isolator(_ publish: @escaping @Sendable ([OutgoingMessage]) async -> PublishReport) -> Isolator {
        Isolator(
            medium: .webhook, lane: .normal, publish: publish,
            metrics: IsolationMetrics(medium: .webhook, lane: .normal, metrics: Metrics()),
            retries: RetryPolicy(backOff: { BackOff(initial: .milliseconds(1), limit: .milliseconds(1)) }) { _ in .transient },
            log: .discarded)
    }

    private func delivery(_ message: OutgoingMessage, count: Int? = nil) -> Delivery {
        var message = message
        if let count { message.properties["x-delivery-count"] = .integer(Int64(count)) }
        return Delivery(
            tag: DeliveryTag(epoch: 1, number: 1), exchange: message.exchange, routingKey: message.routingKey,
            isRedelivered: count != nil, properties: message.properties, body: message.body)
    }
}
