import Broker
import Contract
import Model
import Senders
import Synchronization
import TestSupport
import Testing
import Topology

@Suite("Services take turns", .timeLimit(.minutes(1)))
struct TurnTests {
    @Test func `a service's request is delivered while thousands of another's wait for the same lane`() async throws {
        let provider = SlowForOne(Installation.tenant)
        let neighbour = Mutex<TenantName?>(nil)
        let findNeighbour: @Sendable (TestBroker) async throws -> Void = { vhost in
            let other = try await Self.neighbour(on: vhost)
            neighbour.withLock { $0 = other }
        }
        try await Installation.running(provider: provider, before: findNeighbour) { installation in
            let other = neighbour.withLock { $0! }
            try await installation.fill(channel: "news", consumers: 1)
            try await Installation.fill(installation.database, channel: "news", consumers: 1, of: other)
            let requests = (0..<5000).map { _ in (id: RequestID.fresh(), request: Request(channels: ["news"], text: ["Title"])) }
            try await installation.publish(requests)
            // The first of the burst are with the provider.
            try await provider.begun(64)
            let single = RequestID.fresh()
            try await installation.publish([(single, Request(channels: ["news"], text: ["Title"]))], of: other)
            try await installation.eventually("the other's delivered") {
                try await installation.counts(of: single) == ["delivered": 1]
            }
            #expect(provider.answered < 2500)
            provider.hurry()
        }
    }

    /// A service that shares no queue of requests with the installation's own.
    private static func neighbour(on vhost: TestBroker) async throws -> TenantName {
        let publisher = Publisher(settings: vhost.settings, name: "test", log: .discarded, metrics: .init())
        let inspector = BrokerInspector(settings: vhost.settings, name: "test", log: .discarded)
        try await publisher.start()
        /// The queues with a message in them, after one of the service's was put there.
        func queues(after tenant: TenantName) async throws -> [QueueName] {
            try await publisher.publish([
                OutgoingMessage(exchange: "requests", routingKey: RoutingKey.request(tenant, .normal), body: [])
            ])
            var filled: [QueueName] = []
            for queue in QueueName.requests(.normal) where try await inspector.depth(of: queue.name).messages > 0 {
                filled.append(queue)
            }
            return filled
        }
        var number = 0
        var filled = try await queues(after: Installation.tenant)
        while filled.count == 1 {
            number += 1
            filled = try await queues(after: TenantName("other-\(number)")!)
        }
        for queue in filled { try await vhost.call("DELETE", "/api/queues/\(vhost.virtualHost)/\(queue.name)/contents") }
        await publisher.close()
        await inspector.close()
        return TenantName("other-\(number)")!
    }
}

/// A provider for whom each service is a destination, and that answers one of them slowly.
private final class SlowForOne: Provider {
    let name = "slow"
    let medium = Medium.webhook
    private let slow: TenantName
    private struct State {
        /// Who waits for an answer; nil when everybody gets one at once.
        var waiting: [@Sendable () -> Void]? = []
        var begun = 0
        var answered = 0
    }
    private let state = Mutex(State())
    private let (calls, call) = AsyncStream.makeStream(of: Void.self)

    init(_ slow: TenantName) {
        self.slow = slow
        // About a hundred answers a second.
        Task { [weak self] in
            while let self, answerOne() { try? await Task.sleep(for: .milliseconds(10)) }
        }
    }

    var answered: Int { state.withLock { $0.answered } }

    /// Returns when so many calls of the slow service have been begun.
    func begun(_ count: Int) async throws {
        try await within(.seconds(20), "\(count) calls") { [self] in
            for await _ in calls where state.withLock({ $0.begun >= count }) { return }
        }
    }

    /// Answers everybody at once from now on.
    func hurry() {
        let waiting = state.withLock { state in
            defer { state.waiting = nil }
            return state.waiting ?? []
        }
        for answer in waiting { answer() }
    }

    func destination(of notification: Notification) -> Destination { Destination(notification.tenant.text) }

    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Verdict) -> Void) {
        for (index, notification) in notifications.enumerated() {
            let answer = { @Sendable in report(index, .delivered(reference: nil)) }
            let waits =
                notification.tenant == slow
                && state.withLock { state in
                    state.begun += 1
                    state.waiting?.append(answer)
                    return state.waiting != nil
                }
            if waits { call.yield() } else { answer() }
        }
    }

    /// - Returns: false when there is nobody to answer any more.
    private func answerOne() -> Bool {
        let (answer, goesOn) = state.withLock { state -> ((@Sendable () -> Void)?, Bool) in
            guard state.waiting != nil else { return (nil, false) }
            guard !state.waiting!.isEmpty else { return (nil, true) }
            state.answered += 1
            return (state.waiting!.removeFirst(), true)
        }
        answer?()
        return goesOn
    }
}
