import Contract
import ProducerKit
import TestSupport
import Testing

/// Against a real broker with no more than the exchange and a queue.
@Suite struct ProducerTests {
    private static let request = Request(channels: ["news"], text: ["Title", "Body"])

    @Test func `a send returns when the request is on its queue, with its id and its user`() async throws {
        try await withProducer { producer, broker in
            let id = try await producer.send(Self.request)
            let delivery = try await first(on: "all", broker)
            #expect(delivery.exchange == "requests" && delivery.routingKey == "shop.normal")
            #expect(delivery.properties.messageID == id.description && delivery.properties.userID == broker.settings.user)
            #expect(delivery.properties.type == "posthorn.request.v1" && delivery.properties.contentType == "application/json")
            #expect(try Request(JSON(parsing: delivery.body)) == Self.request)
        }
    }

    @Test func `a request with a dedupe key has the id that the key leads to`() async throws {
        try await withProducer { producer, _ in
            var request = Self.request
            request.dedupeKey = "order-4711"
            let tenant = try #require(TenantName("shop"))
            let expected = RequestID.derived(tenant: tenant, dedupeKey: "order-4711")
            #expect(try await producer.send(request) == expected)
            #expect(try await producer.send(request, id: .fresh()) == expected)
        }
    }

    @Test func `many are sent together, in their order and with the ids that they were given`() async throws {
        try await withProducer { producer, broker in
            let requests = (0..<1234).map { Request(channels: ["news"], text: ["\($0)"], lane: $0 % 2 == 0 ? .bulk : .priority) }
            let ids = requests.map { _ in RequestID.fresh() }
            let sent = try await producer.send(contentsOf: requests, ids: ids)
            let nothing = try await producer.send(contentsOf: [])
            #expect(sent == ids && nothing.isEmpty)
            let submissions = try await submissions(1234, broker)
            for lane in [Lane.bulk, .priority] {
                let expected = zip(ids, requests).filter { $1.lane == lane }.map(\.0)
                #expect(submissions.filter { $0.lane == lane }.map(\.id) == expected)
            }
            #expect(try submissions.allSatisfy { try ids[Int($0.request().text[0])!] == $0.id })
        }
    }

    @Test func `an invalid request among many keeps all of them back`() async throws {
        try await withProducer { producer, broker in
            let error = await #expect(throws: SendError.self) {
                try await producer.send(contentsOf: [Self.request, Request(channels: ["news"], text: ["two\nlines"])])
            }
            guard case .invalid(let field)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(field.field == "text[0]" && error?.isTransient == false)
            let depth = try await depth(broker)
            #expect(depth == 0)
        }
    }

    @Test func `a request over the limit is not sent`() async throws {
        try await withProducer { producer, _ in
            let large = Request(channels: ["news"], text: ["T", String(repeating: "x", count: Request.sizeLimit)])
            let error = await #expect(throws: SendError.self) { try await producer.send(large) }
            guard case .tooLarge? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a broker without the exchange refuses for good`() async throws {
        try await TestBroker.withVhost { broker in
            let producer = try producer(broker)
            try await producer.start()
            let error = await #expect(throws: SendError.self) { try await producer.send(Self.request) }
            guard case .refused(.notFound)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.isTransient == false)
            await producer.close()
        }
    }

    @Test func `a user who may not send as the service is refused for good`() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("requests")
            let user = try await broker.makeUser(topics: (exchange: "requests", write: "^other\\\\."))
            var settings = ProducerSettings(service: try #require(TenantName("shop")), broker: user)
            settings.retryLimit = .seconds(20)
            let producer = Producer(settings: settings)
            try await producer.start()
            let error = await #expect(throws: SendError.self) { try await producer.send(Self.request) }
            guard case .refused(.accessRefused)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await producer.close()
            try await broker.deleteUser(user.user)
        }
    }

    @Test func `a queue that stays full is tried again, and is unavailable in the end`() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("requests")
            try await broker.declareQueue(
                "full", arguments: #"{"x-queue-type":"quorum","x-max-length":0,"x-overflow":"reject-publish"}"#)
            try await broker.bind("full", to: "requests", key: "#")
            let producer = try producer(broker, retryLimit: .milliseconds(300))
            try await producer.start()
            // A quorum queue notices that it is full after it has taken what lets it.
            var error: SendError?
            for _ in 1...50 where error == nil {
                do { try await producer.send(Self.request) } catch let failure as SendError { error = failure }
            }
            #expect(error == .unavailable(.refused) && error?.isTransient == true)
            await producer.close()
        }
    }

    @Test func `after the close nothing is sent`() async throws {
        try await withProducer { producer, _ in
            await producer.close()
            await #expect(throws: SendError.refused(.closed)) { try await producer.send(Self.request) }
        }
    }

    @Test(arguments: [("amqp://shop:p@localhost", "shop"), ("amqp://Shop:p@localhost", nil), ("http://shop:p@localhost", nil)])
    func `the service is its broker user`(url: String, tenant: String?) throws {
        #expect((try? ProducerSettings(url: url))?.service.text == tenant)
    }

    private func withProducer(_ body: (Producer, TestBroker) async throws -> Void) async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareExchange("requests")
            try await broker.declareQueue("all")
            try await broker.bind("all", to: "requests", key: "#")
            let producer = try producer(broker)
            try await producer.start()
            let result: Result<Void, any Error>
            do { result = .success(try await body(producer, broker)) } catch { result = .failure(error) }
            await producer.close()
            try result.get()
        }
    }

    private func producer(_ broker: TestBroker, retryLimit: Duration = .seconds(30)) throws -> Producer {
        var settings = ProducerSettings(service: try #require(TenantName("shop")), broker: broker.settings)
        settings.retryLimit = retryLimit
        return Producer(settings: settings)
    }

    private func depth(_ broker: TestBroker) async throws -> Int {
        let inspector = BrokerInspector(settings: broker.settings, name: "test", log: .discarded)
        let depth = try await inspector.depth(of: "all").messages
        await inspector.close()
        return depth
    }

    /// So many requests from the queue, in their order there.
    private func submissions(_ count: Int, _ broker: TestBroker) async throws -> [Submission] {
        let subscriber = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
        try await subscriber.start()
        let consumption = try await subscriber.consume(queue: "all", prefetch: count)
        var submissions: [Submission] = []
        for await batch in consumption.deliveries {
            for delivery in batch { submissions += try RequestMessage(delivery).submissions }
            if submissions.count >= count { break }
        }
        await subscriber.close()
        return submissions
    }

    private func first(on queue: String, _ broker: TestBroker) async throws -> Delivery {
        let subscriber = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
        try await subscriber.start()
        let consumption = try await subscriber.consume(queue: queue, prefetch: 1)
        var batches = consumption.deliveries.makeAsyncIterator()
        let delivery = await batches.next()?.first
        await subscriber.close()
        return try #require(delivery)
    }
}
