import Broker
import Contract
import Model
import Parking
import ProviderDouble
import Runtime
import Senders
import Synchronization
import TestSupport
import Testing
import Topology

/// A notification that failed finally, is parked, and is replayed while the roles run.
@Suite("A replayed notification", .timeLimit(.minutes(2)))
struct ReplayTests {
    /// Fails until it is fixed.
    private final class Relay: Sendable {
        private let isFixed = Atomic(false)

        func fix() { isFixed.store(true, ordering: .relaxed) }

        /// The outcome of the first attempt is unknown, which is final on this lane.
        func verdict() -> Verdict {
            isFixed.load(ordering: .relaxed) ? .delivered(reference: nil) : .unknown(why: "no answer")
        }
    }

    private static func replay(_ delivery: Delivery, _ installation: Installation, times: Int) async throws {
        let copy = ParkedCopy(delivery, from: .undeliverable)
        let publisher = try await installation.publisher()
        for _ in 0..<times {
            let replay = try Replay(of: copy, by: installation.broker.user)
            #expect(try await Replayer(publisher: publisher).publish([replay]) == [.confirmed])
        }
        await publisher.close()
    }

    @Test func `is delivered and recorded so, and once however often it is replayed`() async throws {
        let relay = Relay()
        let provider = ProviderDouble { _ in relay.verdict() }
        try await Installation.running(provider: provider) { installation in
            try await installation.fill(channel: "news", consumers: 1)
            let request = RequestID.fresh()
            try await installation.publish([(request, Request(channels: ["news"], text: ["Title"]))])
            let parked = try await installation.parked(.undeliverable)
            try await installation.eventually("failed") {
                try await installation.counts(of: request) == ["technical-failure": 1]
            }
            relay.fix()
            try await Self.replay(parked, installation, times: 2)
            try await installation.eventually("delivered") { try await installation.counts(of: request) == ["delivered": 1] }
            try await Self.replay(parked, installation, times: 1)
            // It waits until the recorder has caught up, comes back, and is dropped before what is sent after it.
            let waiting = QueueName.retry(.fiveSeconds, .normal)
            try await installation.eventually("the last copy waits") { try await installation.depth(of: waiting) > 0 }
            try await installation.eventually("the last copy comes back") { try await installation.depth(of: waiting) == 0 }
            let next = RequestID.fresh()
            try await installation.publish([(next, Request(channels: ["news"], text: ["Next"]))])
            try await installation.eventually("the next one") { try await installation.counts(of: next) == ["delivered": 1] }
            #expect(provider.deliveries.count == 3)
            #expect(try await installation.counts(of: request) == ["delivered": 1])
        }
    }
}

extension Installation {
    fileprivate func depth(of queue: QueueName) async throws -> Int {
        let inspector = BrokerInspector(settings: broker, name: "test", log: .discarded)
        let result: Result<Int, any Error>
        do { result = .success(try await inspector.depth(of: queue.name).messages) } catch { result = .failure(error) }
        await inspector.close()
        return try result.get()
    }
}
