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
        if rest == 0 {
            Console.note(
                (limit == 1 ? "the oldest message" : "the \(Amounts.grouped(limit)) oldest messages") + "; --limit shows more\n")
        }
    }

    /// A terminal that is narrower shows the reasons below the messages.
    private static let reasonsBeside = 120

    static func lines(of copies: [ParkedCopy], width: Int?) -> [String] {
        var columns: [TextTable.Column] = [
            .init(title: "ID"), .init(title: "AGE", alignment: .right), .init(title: "SERVICE", limit: 16), .init(title: "QUEUE"),
            .init(title: "MEDIUM", isOptional: true),
        ]
        var rows = copies.map { copy in
            [
                copy.id, copy.age(at: .now).map(Amounts.age) ?? "-", copy.tenant?.text ?? "-", copy.reason.rawValue,
                copy.medium?.rawValue ?? "-",
            ]
        }
        if let width, width < reasonsBeside {
            let lines = TextTable(columns: columns, rows: rows).lines(width: width)
            let reasons = copies.map { "  " + $0.why.cut(to: max(1, width - 2)) }
            return [lines[0]] + zip(lines.dropFirst(), reasons).flatMap { [$0, $1] }
        }
        columns += [.init(title: "ATTEMPT", alignment: .right, isOptional: true), .init(title: "REASON")]
        for (row, copy) in copies.enumerated() { rows[row] += [copy.attempt.map { "\($0)" } ?? "-", copy.why] }
        return TextTable(columns: columns, rows: rows).lines(width: width)
    }
}

extension ParkedCopy {
    /// The number of a notification's last attempt; nil where it carries none.
    fileprivate var attempt: Int? {
        if case .notifications(let notifications) = contents { notifications[0].attempt } else { nil }
    }
}
