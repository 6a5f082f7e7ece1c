public import JSON
public import Topology

/// Compares the definition with what a broker has. Queues and other things that services declared for themselves are no difference; what
/// changes the path of Posthorn's own messages is.
public struct TopologyComparison: Sendable {
    private let definition: TopologyDefinition
    private let virtualHost: String
    private let exchanges: [JSON]
    private let queues: [JSON]
    private let bindings: [JSON]
    private let policies: [JSON]

    /// - Parameter found: the answer to `GET /api/definitions/{vhost}`.
    public init(of definition: TopologyDefinition, with found: JSON, virtualHost: String) {
        self.definition = definition
        self.virtualHost = virtualHost
        exchanges = found["exchanges"]?.arrayValue ?? []
        queues = found["queues"]?.arrayValue ?? []
        bindings = found["bindings"]?.arrayValue ?? []
        policies = found["policies"]?.arrayValue ?? []
    }

    /// In the order of the definition; none where the broker is as declared.
    public var differences: [TopologyDifference] {
        definition.exchanges.compactMap(difference) + definition.queues.compactMap(difference) + missingBindings
            + unexpectedBindings + formerQueues.map(difference(former:)) + definition.policies.compactMap(difference)
            + overrulings
    }

    private func difference(_ exchange: TopologyDefinition.Exchange) -> TopologyDifference? {
        let subject = "exchange \(exchange.name)"
        guard let found = named(exchange.name, in: exchanges) else { return .missing(subject) }
        guard let problem = problem(found, against: exchange.document) else { return nil }
        return TopologyDifference(
            subject: subject, problem: problem, fix: removing("exchanges", exchange.name) + " && " + TopologyDifference.apply)
    }

    private func difference(_ queue: TopologyDefinition.Queue) -> TopologyDifference? {
        let subject = "queue \(queue.name)"
        guard let found = named(queue.name, in: queues) else { return .missing(subject) }
        guard let problem = problem(found, against: queue.document) else { return nil }
        // A queue's arguments can never be changed; a queue with messages must first be emptied by its queue consumers.
        return TopologyDifference(
            subject: subject, problem: problem,
            fix: removing("queues", queue.name, query: "?if-empty=true") + " && " + TopologyDifference.apply)
    }

    private func difference(_ policy: TopologyDefinition.Policy) -> TopologyDifference? {
        guard let found = named(policy.name, in: policies) else { return .missing("policy \(policy.name)") }
        return problem(found, against: policy.document).map {
            TopologyDifference(subject: "policy \(policy.name)", problem: $0, fix: TopologyDifference.apply)
        }
    }

    private var missingBindings: [TopologyDifference] {
        definition.bindings.filter { binding in !bindings.contains { matches($0, binding) } }.map { binding in
            .missing("binding from \(binding.exchange) to \(binding.destination.name) with key \"\(binding.key)\"")
        }
    }

    /// Bindings that are not declared and that route more messages into Posthorn's queues, among them those of earlier versions.
    private var unexpectedBindings: [TopologyDifference] {
        let queues = Set(definition.queues.map(\.name) + formerQueues)
        // A service may bind an exchange of its own to where it may publish; the router checks such messages against its user.
        let exchanges = Set(definition.exchanges.map(\.name)).subtracting([ExchangeName.requests.name])
        return bindings.filter { binding in
            let ours = binding["destination_type"] == "queue" ? queues : exchanges
            return ours.contains(binding["destination"]?.stringValue ?? "") && binding["source"] != ""
                && !definition.bindings.contains { matches(binding, $0) }
        }.map { binding in
            let (source, destination) = (binding["source"]?.stringValue ?? "", binding["destination"]?.stringValue ?? "")
            let key = binding["routing_key"]?.stringValue ?? ""
            let kind = binding["destination_type"] == "queue" ? "q" : "e"
            return TopologyDifference(
                subject: "binding from \(source) to \(destination) with key \"\(key)\"", problem: "is not declared",
                fix: "curl -X DELETE "
                    + ManagementAPI.shellAddress(
                        [
                            "bindings", virtualHost, "e", source, kind, destination,
                            key.isEmpty ? "~" : key.replacing("~", with: "%7E"),
                        ]))
        }
    }

    /// Queues of earlier versions, which no role consumes any more. No service can have a queue of such a name.
    private var formerQueues: [String] {
        let words = Set(QueueName.all(.posthorn).map { $0.name.prefix { $0 != "." } })
        let declared = Set(definition.queues.map(\.name))
        return queues.compactMap { $0["name"]?.stringValue }.filter {
            words.contains($0.prefix { $0 != "." }) && !declared.contains($0)
        }
    }

    private func difference(former queue: String) -> TopologyDifference {
        TopologyDifference(
            subject: "queue \(queue)", problem: "is one of an earlier version",
            fix: removing("queues", queue, query: "?if-empty=true"))
    }

    /// Policies of others with a higher priority than Posthorn's: the broker applies only one to a queue.
    private var overrulings: [TopologyDifference] {
        let names = Set(definition.policies.map(\.name))
        return policies.compactMap { policy in
            guard let name = policy["name"]?.stringValue, !names.contains(name), policy["apply-to"] != "exchanges",
                let pattern = policy["pattern"]?.stringValue, let priority = policy["priority"]?.integerValue
            else { return nil }
            let ruled = definition.queues.map(\.name).filter { queue in
                matches(queue, pattern) && priority >= (declaredPriority(for: queue) ?? .max)
            }
            guard !ruled.isEmpty else { return nil }
            return TopologyDifference(
                subject: "policy \(name)", problem: "overrules Posthorn's for \(ruled.joined(separator: ", "))",
                fix: removing("policies", name))
        }
    }

    private func declaredPriority(for queue: String) -> Int64? {
        definition.policies.filter { matches(queue, $0.pattern) }.map { Int64($0.priority) }.max()
    }

    private func problem(_ found: JSON, against declared: JSON) -> String? {
        let differing = (declared.objectValue ?? []).filter { member in !isSame(found[member.name], member.value) }
        guard !differing.isEmpty else { return nil }
        return "has "
            + differing.map { "\($0.name) \(text(found[$0.name])) instead of \(text($0.value))" }.joined(separator: ", ")
    }

    private func matches(_ found: JSON, _ binding: TopologyDefinition.Binding) -> Bool {
        (binding.document.objectValue ?? []).allSatisfy { isSame(found[$0.name], $0.value) }
    }

    private func matches(_ name: String, _ pattern: String) -> Bool {
        // The broker's patterns are PCRE. One that Swift cannot read is skipped; the operator must check it.
        guard let regex = try? Regex(pattern) else { return false }
        return (try? regex.firstMatch(in: name)) != nil
    }

    /// Whether both are equal, in any order of an object's members.
    private func isSame(_ left: JSON?, _ right: JSON) -> Bool {
        guard case .object(let expected) = right, case .object(let found)? = left else { return left == right }
        return found.count == expected.count && expected.allSatisfy { left?[$0.name] == $0.value }
    }

    private func named(_ name: String, in list: [JSON]) -> JSON? { list.first { $0["name"] == .string(name) } }

    private func text(_ value: JSON?) -> String { value.map { String(decoding: $0.encoded(), as: UTF8.self) } ?? "nothing" }

    private func removing(_ kind: String, _ name: String, query: String = "") -> String {
        let address = ManagementAPI.shellAddress([kind, virtualHost, name])
        return "curl -X DELETE \(address.dropLast())\(query)\""
    }
}
