import JSON
import Management
import Testing
import Topology

@Suite struct TopologyComparisonTests {
    private let declared = TopologyDefinition(.posthorn)

    @Test func `a broker with the topology, and with queues and bindings of services, has no differences`() {
        let found = changed(
            adding: [
                "queues": ["name": "shop.events", "durable": true, "auto_delete": false, "arguments": [:]],
                "bindings": binding("events", "shop.events", "shop.#"), "exchanges": ["name": "shop.x", "type": "fanout"],
                "policies": [
                    "name": "theirs", "pattern": "^shop", "apply-to": "all", "priority": 99, "definition": ["max-length": 7],
                ],
            ])
        #expect(differences(found) == [])
    }

    @Test func `the order of arguments is no difference`() {
        let found = replacing("queues", "retry.5s.bulk") { queue in
            member(queue, "arguments", .object(Array((queue["arguments"]?.objectValue ?? []).reversed())))
        }
        #expect(differences(found) == [])
    }

    @Test func `an empty broker lacks everything, and apply fixes all of it`() {
        let all = TopologyComparison(of: declared, with: [:], virtualHost: "/").differences
        #expect(
            all.count == declared.exchanges.count + declared.queues.count + declared.bindings.count + declared.policies.count)
        #expect(all.allSatisfy { $0.problem == "is missing" && $0.fix == "posthorn topology apply" })
    }

    @Test func `a queue of another type is reported with both types, and the fix removes it only if it is empty`() throws {
        let found = replacing("queues", "send.email.bulk") { member($0, "arguments", ["x-queue-type": "classic"]) }
        let difference = try #require(differences(found).first)
        #expect(difference.subject == "queue send.email.bulk")
        #expect(difference.problem == #"has arguments {"x-queue-type":"classic"} instead of {"x-queue-type":"quorum"}"#)
        #expect(
            difference.fix == #"curl -X DELETE "$POSTHORN_MANAGEMENT_URL/api/queues/%2F/send.email.bulk?if-empty=true""#
                + " && posthorn topology apply")
    }

    @Test func `an exchange of another type and a changed policy are reported`() {
        let found = replacing("exchanges", "events") { member($0, "type", "fanout") }
        #expect(differences(found).map(\.problem) == [#"has type "fanout" instead of "topic""#])
        let policy = replacing("policies", "posthorn-work") { member($0, "priority", 3) }
        #expect(
            differences(policy).map(\.description) == [
                "policy posthorn-work has priority 3 instead of 10\n    fix it: posthorn topology apply"
            ])
    }

    @Test func `a binding that routes more into a queue of Posthorn's is reported with the command to remove it`() throws {
        let difference = try #require(differences(changed(adding: ["bindings": binding("events", "send.email.bulk", "#")])).first)
        #expect(difference.description.hasPrefix("binding from events to send.email.bulk with key \"#\" is not declared"))
        #expect(difference.fix.hasSuffix(#"/api/bindings/%2F/e/events/q/send.email.bulk/%23""#))
    }

    @Test(arguments: [(9, false), (10, true), (11, true)])
    func `a policy of others with a higher priority is reported`(priority: Int, isNamed: Bool) {
        let found = changed(adding: [
            "policies": [
                "name": "theirs", "pattern": "^record", "apply-to": "queues", "priority": .integer(Int64(priority)),
                "definition": ["max-length": 7],
            ]
        ])
        let overruled = "overrules Posthorn's for record.priority, record.normal, record.bulk"
        #expect(differences(found).map(\.problem) == (isNamed ? [overruled] : []))
    }

    private func differences(_ found: JSON) -> [TopologyDifference] {
        TopologyComparison(of: declared, with: found, virtualHost: "/").differences
    }

    private func binding(_ exchange: String, _ queue: String, _ key: String) -> JSON {
        [
            "source": .string(exchange), "destination": .string(queue), "destination_type": "queue", "routing_key": .string(key),
            "arguments": [:],
        ]
    }

    private func changed(adding more: [String: JSON]) -> JSON {
        .object(
            (declared.document.objectValue ?? []).map { list in
                .init(list.name, .array((list.value.arrayValue ?? []) + (more[list.name].map { [$0] } ?? [])))
            })
    }

    private func replacing(_ list: String, _ name: String, _ change: (JSON) -> JSON) -> JSON {
        member(
            declared.document, list,
            .array((declared.document[list]?.arrayValue ?? []).map { $0["name"] == .string(name) ? change($0) : $0 }))
    }

    private func member(_ object: JSON, _ name: String, _ value: JSON) -> JSON {
        .object((object.objectValue ?? []).map { $0.name == name ? .init(name, value) : $0 })
    }
}
