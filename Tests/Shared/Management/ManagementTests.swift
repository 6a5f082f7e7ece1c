import Broker
import Foundation
import Management
import Model
import Runtime
import TestSupport
import Testing
import Topology

/// With a real broker.
@Suite struct ManagementTests {
    @Test func `after apply there are no differences, and applying again changes nothing`() async throws {
        try await TestBroker.withVhost { broker in
            try await withAPI(broker) { api in
                #expect(try await api.differences(from: TopologyDefinition(.posthorn)).count > 50)
                for _ in 1...2 {
                    try await api.apply(TopologyDefinition(.posthorn))
                    #expect(try await api.differences(from: TopologyDefinition(.posthorn)) == [])
                }
            }
        }
    }

    @Test func `a queue that is missing or has another type is reported`() async throws {
        try await TestBroker.withVhost { broker in
            try await broker.declareQueue("send.email.bulk", arguments: "{}")
            try await withAPI(broker) { api in
                try await api.apply(TopologyDefinition(.posthorn))
                #expect(
                    try await api.differences(from: TopologyDefinition(.posthorn)).map(\.subject) == ["queue send.email.bulk"])
                try await broker.deleteQueue("requests.normal.3")
                #expect(
                    try await api.differences(from: TopologyDefinition(.posthorn)).map(\.subject) == [
                        "queue requests.normal.3", "queue send.email.bulk",
                        "binding from requests.normal to requests.normal.3 with key \"1\"",
                    ])
            }
        }
    }

    @Test func `a queue of an earlier version and its binding are reported with the commands to remove them`() async throws {
        try await TestBroker.withVhost { broker in
            try await withAPI(broker) { api in
                try await api.apply(TopologyDefinition(.posthorn))
                try await broker.declareQueue("requests.normal")
                try await broker.bind("requests.normal", to: "requests", key: "*.normal")
                #expect(
                    try await api.differences(from: TopologyDefinition(.posthorn)).map(\.subject) == [
                        "binding from requests to requests.normal with key \"*.normal\"", "queue requests.normal",
                    ])
            }
        }
    }

    @Test func `all requests of a service on a lane are in the same queue, and services are spread over all of them`()
        async throws
    {
        try await TestBroker.withVhost { broker in
            try await withAPI(broker) { try await $0.apply(TopologyDefinition(.posthorn)) }
            let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            let inspector = BrokerInspector(settings: broker.settings, name: "test", log: .discarded)
            try await publisher.start()
            let keys = (0..<200).map { RoutingKey.request(TenantName("service\($0)")!, .normal) }
            for _ in 1...2 {
                try await publisher.publish(
                    keys.map { OutgoingMessage(exchange: ExchangeName.requests.name, routingKey: $0, body: [0x70]) })
            }
            var depths: [Int] = []
            for queue in QueueName.requests(.normal) { depths.append(try await inspector.depth(of: queue.name).messages) }
            #expect(depths.reduce(0, +) == 400)
            #expect(depths.allSatisfy { $0 > 10 && $0.isMultiple(of: 2) }, "\(depths)")
            await publisher.close()
            await inspector.close()
        }
    }

    @Test func `a missing virtual host is reported with the command that creates it`() async throws {
        var settings = try await TestBroker.withVhost { $0.settings }
        settings.virtualHost = "not there"
        let api = ManagementAPI(settings: try management(for: settings))
        let error = await #expect(throws: ManagementError.self) { try await api.apply(TopologyDefinition(.posthorn)) }
        #expect(error?.description == "the broker has no virtual host not there; create it: rabbitmqctl add_vhost 'not there'")
        await api.close()
    }

    @Test func `a wrong password is reported, and never shown`() async throws {
        try await TestBroker.withVhost { broker in
            let right = try management(for: broker.settings)
            let api = ManagementAPI(
                settings: ManagementSettings(
                    url: right.url, user: right.user, password: Secret("hunter2"), virtualHost: right.virtualHost))
            let error = await #expect(throws: ManagementError.self) { try await api.apply(TopologyDefinition(.posthorn)) }
            #expect(
                error?.description.contains("refused the user or password") == true
                    && error?.description.contains("hunter2") == false)
            await api.close()
        }
    }

    @Test func `a process does not start on a broker without the topology, and names the command that fixes it`() async throws {
        try await TestBroker.withVhost { broker in
            let context = RoleContext(log: .discarded)
            let check = TopologyCheck(settings: broker.settings, context: context)
            let error = await #expect(throws: TopologyMissing.self) { try await check.start() }
            #expect(error?.description.contains("exchange requests") == true)
            #expect(error?.description.hasSuffix("fix it: posthorn topology apply") == true)
            #expect(context.readiness.unmet == ["topology"])
            await check.drain()
        }
    }

    @Test func `a process starts on a broker with the topology`() async throws {
        try await TestBroker.withVhost { broker in
            try await withAPI(broker) { try await $0.apply(TopologyDefinition(.posthorn)) }
            let context = RoleContext(log: .discarded)
            let check = TopologyCheck(settings: broker.settings, context: context)
            try await check.start()
            #expect(context.readiness.unmet.isEmpty)
            await check.drain()
            try await broker.deleteQueue("record.normal")
            let second = TopologyCheck(settings: broker.settings, context: context)
            await #expect(throws: TopologyMissing(subjects: ["queue record.normal"])) { try await second.start() }
            await second.drain()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a message that returns more than twenty times is parked as poison, and not before`() async throws {
        try await TestBroker.withVhost { broker in
            try await withAPI(broker) { try await $0.apply(TopologyDefinition(.posthorn)) }
            let publisher = Publisher(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            let subscriber = Subscriber(settings: broker.settings, name: "test", log: .discarded, metrics: Metrics())
            try await publisher.start()
            try await subscriber.start()
            let parked = try await subscriber.consume(queue: QueueName.parked(.poison).name, prefetch: 1)
            let lane = try await subscriber.consume(queue: QueueName.send(.webhook, .bulk, .sparse).name, prefetch: 1)
            let returns = Task {
                var count = 0
                for await batch in lane.deliveries {
                    for delivery in batch {
                        count += 1
                        await lane.reject(delivery.tag, requeue: true)
                    }
                }
                return count
            }
            try await publisher.publish([OutgoingMessage(exchange: "notifications", routingKey: "webhook.bulk", body: [0x70])])
            var batches = parked.deliveries.makeAsyncIterator()
            let poison = await batches.next()?.first
            await publisher.close()
            await subscriber.close()
            #expect(poison?.body == [0x70] && poison?.exchange == "poison" && poison?.routingKey == "webhook.bulk")
            #expect(await returns.value == 21)
        }
    }

    @Test(arguments: [
        "requests", "cursors", "send", "retry", "parked", "record", "events", "notifications", "unroutable", "amq", "guest",
    ])
    func `no service may have a name with which Posthorn's queues begin`(name: String) {
        #expect(ServiceGrants.reservedNames.contains(name))
    }

    @Test func `the permissions of a service are limited to its own name`() throws {
        let grants = ServiceGrants(for: try #require(TenantName("shop")))
        let queues = ServiceGrants.queues(of: try #require(TenantName("shop")))
        #expect(queues.count == 11)
        for own in queues {
            for pattern in [grants.configure, grants.write, grants.read] { #expect(try matches(own, pattern)) }
        }
        for other in [
            "shop", "shopping.events", "xshop.events", "record.normal", "events.normal", "notifications", "amq.default",
            "shop2.events", "shop.a",
            "shop.events.", "shop.events.10", "shop.events.a", "shop.events.0.0", "shop.eventsx",
        ] {
            for pattern in [grants.configure, grants.write, grants.read] { #expect(try !matches(other, pattern), "\(other)") }
        }
        #expect(
            try matches("requests", grants.write) && !matches("requests", grants.read) && !matches("requests", grants.configure))
        #expect(try matches("events", grants.read) && !matches("events", grants.write) && !matches("events", grants.configure))
    }

    @Test(arguments: [
        ("http://user:pa%40ss@localhost:15672", "http://localhost:15672"),
        ("https://u:p@broker.example.org", "https://broker.example.org:15671"),
        ("http://u:p@127.0.0.1:1/", "http://127.0.0.1:1"), ("localhost:15672", nil), ("http://localhost:15672", nil),
        ("amqp://u:p@localhost", nil),
    ])
    func `the management API's address has user and password`(text: String, url: String?) throws {
        var reader = try SettingsReader(environment: ["POSTHORN_MANAGEMENT_URL": text])
        let settings = ManagementSettings(reading: &reader, virtualHost: "/")
        guard let url else {
            let error = #expect(throws: SettingsError.self) { try reader.finish() }
            #expect(error?.description.contains("POSTHORN_MANAGEMENT_URL must be a URL with user and password") == true)
            return
        }
        try reader.finish()
        #expect(settings.url == url)
    }

    private func matches(_ text: String, _ pattern: String) throws -> Bool { try Regex(pattern).firstMatch(in: text) != nil }

    private func management(for settings: BrokerSettings) throws -> ManagementSettings {
        var reader = try SettingsReader(environment: [
            "POSTHORN_MANAGEMENT_URL": ProcessInfo.processInfo.environment["POSTHORN_TEST_MANAGEMENT_URL"] ?? ""
        ])
        let management = ManagementSettings(reading: &reader, virtualHost: settings.virtualHost)
        try reader.finish()
        return management
    }

    private func withAPI(_ broker: TestBroker, _ body: (ManagementAPI) async throws -> Void) async throws {
        let api = ManagementAPI(settings: try management(for: broker.settings))
        let result: Result<Void, any Error>
        do { result = .success(try await body(api)) } catch { result = .failure(error) }
        await api.close()
        try result.get()
    }
}
