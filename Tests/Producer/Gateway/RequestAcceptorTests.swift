import Accounts
import Broker
import Contract
import Model
import Runtime
import TestSupport
import Testing

@testable import Gateway

/// Against a real broker with no more than the exchange and a queue. Requests are handed in while the publisher has not started, so that
/// which of them go together does not depend on how quick the broker is.
@Suite struct RequestAcceptorTests {
    private let tenant = Tenant(id: 1, name: TenantName("shop")!)

    private func accepts(_ count: Int, _ lane: Lane, _ acceptor: RequestAcceptor, of tenant: Tenant? = nil)
        -> [Task<RequestID, any Error>]
    {
        let tenant = tenant ?? self.tenant
        return (0..<count).map { number in
            let request = Request(channels: ["news"], text: ["\(number)"], lane: lane)
            return Task.immediate {
                let id = RequestID.fresh()
                try await acceptor.accept(request, id: id, body: request.document.encoded(), of: tenant, traceparent: nil)
                return id
            }
        }
    }

    /// How many requests each message carries, from the fewest on.
    private func sizes(_ count: Int, on lane: Lane) async throws -> [Int] {
        var sizes: [Int] = []
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("requests")
            try await broker.declareQueue("all")
            try await broker.bind("all", to: "requests", key: "#")
            let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            let acceptor = RequestAcceptor(
                user: broker.settings.user, requestLimit: 2000, byteLimit: 1 << 20, limit: .seconds(60)
            ) { _ in publisher }
            let tasks = accepts(count, lane, acceptor)
            try await publisher.start()
            var accepted: Set<RequestID> = []
            for task in tasks { accepted.insert(try await task.value) }
            #expect(accepted.count == count)
            let subscriber = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            try await subscriber.start()
            var arrived: Set<RequestID> = []
            for await batch in try await subscriber.consume(queue: "all", prefetch: count).deliveries {
                for delivery in batch {
                    let submissions = try RequestMessage(delivery).submissions
                    sizes.append(submissions.count)
                    arrived.formUnion(submissions.compactMap(\.id))
                }
                if arrived.count == count { break }
            }
            #expect(arrived == accepted)
            await subscriber.close()
            await publisher.close()
        }
        return sizes.sorted()
    }

    @Test func putsRequestsThatComeTogetherIntoFewMessages() async throws {
        #expect(try await sizes(25, on: .normal) == [1, 1, 1, 1, 5, 16])
    }

    @Test func letsNoRequestWaitOnThePriorityLane() async throws {
        #expect(try await sizes(25, on: .priority) == Array(repeating: 1, count: 25))
    }

    @Test(arguments: [(20, 1 << 20), (2000, 20 * 100)])
    func refusesTheServiceThatSendsMostBeforeOthers(requestLimit: Int, byteLimit: Int) async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("requests")
            try await broker.declareQueue("all")
            try await broker.bind("all", to: "requests", key: "#")
            var settings = broker.settings
            settings.waitingLimit = 20
            let publisher = Publisher(settings: settings, name: "test", log: .discarded, metrics: Metrics())
            let acceptor = RequestAcceptor(
                user: settings.user, requestLimit: requestLimit, byteLimit: byteLimit, limit: .seconds(60)
            ) { _ in publisher }
            let other = Tenant(id: 2, name: TenantName("other")!)
            let burst = accepts(200, .priority, acceptor)
            let single = accepts(1, .priority, acceptor, of: other)
            try await publisher.start()
            for task in single { _ = try await task.value }
            var accepted = 0
            for task in burst {
                do {
                    _ = try await task.value
                    accepted += 1
                } catch { #expect(error as? PublishError == .overloaded) }
            }
            #expect((5..<20).contains(accepted))
            // What is over counts no more.
            for task in accepts(1, .priority, acceptor) { _ = try await task.value }
            await publisher.close()
        }
    }

    @Test func failsEveryRequestOfAGroupThatFailed() async throws {
        try await TestBroker.withVhost { broker in
            let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            let acceptor = RequestAcceptor(
                user: broker.settings.user, requestLimit: 2000, byteLimit: 1 << 20, limit: .milliseconds(10)
            ) { _ in publisher }
            for task in accepts(25, .normal, acceptor) {
                await #expect(throws: PublishError.self) { try await task.value }
            }
            await publisher.close()
        }
    }
}
