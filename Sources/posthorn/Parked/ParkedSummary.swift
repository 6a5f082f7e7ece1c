import Contract
import JSON
import Model
import Parking
import Topology

/// How many messages are parked, by queue, medium, service and reason. Pure.
struct ParkedSummary {
    struct Key: Hashable {
        let queue: ParkedReason
        let medium: Medium?
        let tenant: TenantName?
        let why: String
    }

    struct Group {
        var count = 0
        var oldest: Duration?
        var newest: Duration?

        mutating func add(_ age: Duration?) {
            count += 1
            guard let age else { return }
            oldest = max(oldest ?? age, age)
            newest = min(newest ?? age, age)
        }
    }

    /// After this many groups of a queue, further ones are counted together.
    static let groupLimit = 1000
    static let others = "(other reasons)"

    private(set) var groups: [Key: Group] = [:]
    private var sizes: [ParkedReason: Int] = [:]

    mutating func add(_ copy: ParkedCopy, at now: Timestamp) {
        var key = Key(queue: copy.reason, medium: copy.medium, tenant: copy.tenant, why: copy.why)
        if groups[key] == nil {
            if sizes[copy.reason, default: 0] >= Self.groupLimit {
                key = Key(queue: copy.reason, medium: nil, tenant: nil, why: Self.others)
            }
            if groups[key] == nil { sizes[copy.reason, default: 0] += 1 }
        }
        groups[key, default: Group()].add(copy.age(at: now))
    }

    var isEmpty: Bool { groups.isEmpty }

    /// Of a queue, the largest group first.
    func rows(of queue: ParkedReason) -> [(key: Key, group: Group)] {
        groups.filter { $0.key.queue == queue }.map { ($0.key, $0.value) }.sorted {
            ($1.group.count, $0.key.why, $0.key.tenant?.text ?? "") < ($0.group.count, $1.key.why, $1.key.tenant?.text ?? "")
        }
    }

    /// - Parameter width: of the terminal; nil for no limit.
    func lines(width: Int?) -> [String] {
        var lines: [String] = []
        for queue in ParkedReason.allCases {
            let rows = rows(of: queue)
            guard !rows.isEmpty else { continue }
            if !lines.isEmpty { lines.append("") }
            lines.append("\(queue.rawValue): \(Amounts.count(rows.reduce(0) { $0 + $1.group.count }, "message"))")
            let table = TextTable(
                columns: [
                    .init(title: "COUNT", alignment: .right), .init(title: "OLDEST", alignment: .right),
                    .init(title: "NEWEST", alignment: .right), .init(title: "SERVICE", limit: 16),
                    .init(title: "MEDIUM", isOptional: true),
                    .init(title: "REASON"),
                ],
                rows: rows.map { key, group in
                    [
                        Amounts.grouped(group.count), group.oldest.map(Amounts.age) ?? "-", group.newest.map(Amounts.age) ?? "-",
                        key.tenant?.text ?? "-", key.medium?.rawValue ?? "-", key.why,
                    ]
                })
            lines += table.lines(width: width, indent: 2)
        }
        return lines
    }

    /// One element for each group.
    var document: JSON {
        .array(
            ParkedReason.allCases.flatMap { rows(of: $0) }.map { key, group in
                [
                    "queue": .string(key.queue.rawValue), "service": JSON(key.tenant?.text), "medium": JSON(key.medium?.rawValue),
                    "reason": .string(key.why), "count": JSON(group.count), "oldest_seconds": group.oldest.seconds,
                    "newest_seconds": group.newest.seconds,
                ]
            })
    }
}

extension Duration? {
    /// Whole seconds, or `null`.
    var seconds: JSON { map { .integer($0.components.seconds) } ?? .null }
}
