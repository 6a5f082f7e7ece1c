import Foundation
import JSON
import Model
import Testing
import Topology

@Suite struct TopologyDefinitionTests {
    private let topology = TopologyDefinition(.posthorn)

    @Test func `the committed file is what export prints`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../topology/definitions.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text == topology.document.prettyPrinted(), "fix it: posthorn topology export > topology/definitions.json")
    }

    @Test func `every queue is bound, and only to exchanges that are declared`() {
        let exchanges = Set(topology.exchanges.map(\.name))
        let bound = topology.bindings.compactMap { if case .queue(let name) = $0.destination { name } else { nil } }
        #expect(Set(bound) == Set(topology.queues.map(\.name)))
        #expect(Set(topology.bindings.map(\.exchange)).isSubset(of: exchanges))
        for case .exchange(let name) in topology.bindings.map(\.destination) { #expect(exchanges.contains(name)) }
    }

    @Test
    func
        `a queue's arguments are its type and, where messages expire, after what time and to which exchange, or that one process consumes it`()
    {
        for queue in topology.queues {
            let names = queue.arguments.map(\.name)
            let expected = ["x-queue-type"]
            let retry = ["x-dead-letter-exchange", "x-message-ttl", "x-queue-type"]
            let isLimits = queue.name.hasPrefix("limits.")
            #expect(
                names == (["retry.", "events."].contains { queue.name.hasPrefix($0) } ? retry : expected)
                    + (isLimits ? ["x-single-active-consumer"] : []))
        }
    }

    @Test func `between a lane's events and the services is a queue that never refuses`() {
        #expect(!topology.bindings.contains { $0.destination == .exchange(ExchangeName.events.name) })
        for lane in Lane.allCases {
            let queues = topology.bindings.filter { $0.exchange == ExchangeName.events(of: lane) }.map(\.destination.name)
            #expect(Set(queues) == ["record.\(lane.rawValue)", "events.\(lane.rawValue)"])
        }
        #expect(
            topology.policies.first { $0.name == "posthorn-events" }?.limits.contains(.init("overflow", "drop-head")) == true)
    }

    @Test(arguments: RetryDelay.allCases)
    func `each lane has its own queue for each retry delay, which gets no notification of another lane`(delay: RetryDelay) {
        let bindings = topology.bindings.filter { $0.exchange == delay.exchange }
        #expect(topology.exchanges.first { $0.name == delay.exchange }?.kind == .topic)
        #expect(bindings.map(\.destination.name) == ["priority", "normal", "bulk"].map { "retry.\(delay.rawValue).\($0)" })
        #expect(bindings.map(\.key) == ["*.priority.#", "*.normal.#", "*.bulk.#"])
    }

    @Test(arguments: Lane.allCases)
    func `a lane's requests are divided evenly over its queues by service`(lane: Lane) {
        let divider = ExchangeName.requests(of: lane)
        #expect(topology.exchanges.first { $0.name == divider }?.kind == .consistentHash)
        #expect(topology.bindings.filter { $0.destination == .exchange(divider) }.map(\.key) == ["*.\(lane.rawValue)"])
        let queues = topology.bindings.filter { $0.exchange == divider }
        #expect(queues.map(\.destination.name) == (0..<8).map { "requests.\(lane.rawValue).\($0)" })
        #expect(queues.allSatisfy { $0.key == "1" })
    }

    @Test func `the plugin is named that a broker lacks to divide messages`() {
        #expect(topology.missingPlugin(among: ["direct", "fanout", "headers", "topic"]) == "rabbitmq_consistent_hash_exchange")
        #expect(topology.missingPlugin(among: ["direct", "fanout", "headers", "topic", "x-consistent-hash"]) == nil)
    }

    @Test func `exactly one policy matches each of Posthorn's queues, with a higher priority than those for all queues`() throws {
        let others = topology.policies.filter { $0.pattern == ".*" }
        for queue in topology.queues {
            let matching = try topology.policies.filter { policy in
                let isMatching = try Regex(policy.pattern).firstMatch(in: queue.name) != nil
                return policy.pattern != ".*" && isMatching
            }
            #expect(matching.count == 1, "\(queue.name)")
            #expect(others.allSatisfy { $0.priority < matching[0].priority })
        }
    }

    @Test func `queues of services are bounded for every type`() throws {
        // The broker skips a policy with a limit that the type of the queue does not support.
        let streams: Set = ["max-length-bytes", "max-age", "stream-max-segment-size-bytes", "queue-leader-locator"]
        let policies = topology.policies.filter { $0.pattern == ".*" }.sorted { $0.priority > $1.priority }
        let forQueues = try #require(policies.first)
        let forStreams = try #require(policies.first { $0.limits.allSatisfy { streams.contains($0.name) } })
        #expect(forQueues.name == "posthorn-services" && forStreams.name == "posthorn-streams")
        for policy in policies { #expect(policy.limits.contains(.init("max-length-bytes", .integer(256 << 20)))) }
    }

    @Test func `a policy with at-least-once dead-lettering refuses when full, as the broker requires`() {
        for policy in topology.policies where policy.limits.contains(.init("dead-letter-strategy", "at-least-once")) {
            #expect(policy.limits.contains(.init("overflow", "reject-publish")))
        }
    }

    @Test func `a request's routing key is built and parsed`() throws {
        let shop = try #require(TenantName("shop"))
        #expect(RoutingKey.request(shop, .bulk) == "shop.bulk")
        let parsed = try #require(RoutingKey.parseRequest("shop.bulk"))
        #expect(parsed.tenant == shop && parsed.lane == .bulk)
    }

    @Test(arguments: ["", "shop", "shop.", "shop.high", ".bulk", "shop.bulk.more", "Shop.bulk", "shop..bulk"])
    func `another form of key is not a request's`(key: String) {
        #expect(RoutingKey.parseRequest(key) == nil)
    }

    @Test(arguments: Lane.allCases, Traffic.allCases)
    func `a notification's routing key is built and parsed, and selects its own queue`(lane: Lane, traffic: Traffic)
        throws
    {
        let key = RoutingKey.notification(.webhook, lane, traffic)
        let parsed = try #require(RoutingKey.parseNotification(key))
        #expect(parsed.medium == .webhook && parsed.lane == lane && parsed.traffic == traffic)
        let bound = topology.bindings.filter { $0.exchange == "notifications" && $0.key == key }
        #expect(bound.map(\.destination) == [.queue(QueueName.send(.webhook, lane, traffic).name)])
    }

    @Test(arguments: ["", "webhook", "webhook.high", "Fax.bulk", "webhook.bulk.", "webhook.bulk.sparse", "webhook.bulk.burst.x"])
    func `another form of key is not a notification's`(key: String) {
        #expect(RoutingKey.parseNotification(key) == nil)
    }

    @Test func `a wait has the longest retry delay that is not longer, or the shortest`() {
        #expect(RetryDelay(within: .zero) == .fiveSeconds && RetryDelay(within: .seconds(1)) == .fiveSeconds)
        #expect(RetryDelay(within: .seconds(6)) == .fiveSeconds && RetryDelay(within: .seconds(119)) == .thirtySeconds)
        #expect(RetryDelay(within: .seconds(30)) == .thirtySeconds && RetryDelay(within: .seconds(100_000)) == .fourHours)
        #expect(RetryDelay.fiveSeconds.neighbours == (nil, .thirtySeconds))
        #expect(RetryDelay.fourHours.neighbours == (.oneHour, nil))
    }
}
