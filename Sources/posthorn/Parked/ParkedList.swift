import Contract
import JSON
import Parking
import Topology

/// Prints parked messages, a line for each.
struct ParkedList: Sendable {
    let session: ParkedSession
    let limit: Int
    let asJSON: Bool

    func run() async throws {
        var rest = limit
        var page: [ParkedCopy] = []
        var isFirst = true
        while rest > 0, let matches = try await session.queues.next() {
            let copies = matches.prefix(rest).map(\.copy)
            rest -= copies.count
            if asJSON {
                for copy in copies {
                    Console.print(String(decoding: copy.document(at: .now, withBody: false).encoded(), as: UTF8.self))
                }
            } else {
                page += copies
            }
            isFirst = false
        }
        if asJSON { return }
        guard !isFirst else { return Console.print(ParkedCommands.nothing(await session.queues.seen)) }
        for line in Self.lines(of: page, width: Console.columns) { Console.print(line) }
        if rest == 0 { Console.note("the first \(Amounts.count(limit, "message")); --limit shows more\n") }
    }

    static func lines(of copies: [ParkedCopy], width: Int?) -> [String] {
        TextTable(
            columns: [
                .init(title: "ID"), .init(title: "AGE", alignment: .right), .init(title: "SERVICE", limit: 16),
                .init(title: "QUEUE", isOptional: true), .init(title: "MEDIUM", isOptional: true),
                .init(title: "ATTEMPT", alignment: .right, isOptional: true), .init(title: "REASON"),
            ],
            rows: copies.map { copy in
                [
                    copy.id, copy.age(at: .now).map(Amounts.age) ?? "-", copy.tenant?.text ?? "-", copy.reason.rawValue,
                    copy.medium?.rawValue ?? "-", copy.attempt.map { "\($0)" } ?? "-", copy.why,
                ]
            }
        ).lines(width: width)
    }
}

extension ParkedCopy {
    /// The number of a notification's last attempt; nil where it carries none.
    fileprivate var attempt: Int? {
        if case .notifications(let notifications) = contents { notifications[0].attempt } else { nil }
    }
}
