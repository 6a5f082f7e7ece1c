import Lanes
import Model

/// The table of `lane list`: as many columns as fit, the least important ones left out first.
struct LaneTable {
    private struct Column: Sendable {
        let title: String
        /// The column with the largest number is left out first.
        let rank: Int
        let isNumber: Bool
        let cell: @Sendable (LaneRow) -> String
    }

    private static let gap = 2

    private static let columns: [Column] = [
        Column(title: "LANE", rank: 0, isNumber: false) { $0.name.description },
        Column(title: "STATE", rank: 1, isNumber: false) { $0.state.text },
        Column(title: "WAITING", rank: 2, isNumber: true) { Amounts.grouped($0.queues.messages) },
        Column(title: "OLDEST", rank: 3, isNumber: true) { $0.oldest.text },
        Column(title: "IN/S", rank: 4, isNumber: true) { LaneText.rate($0.rates?.arrived) },
        Column(title: "OUT/S", rank: 5, isNumber: true) { LaneText.rate($0.rates?.acknowledged) },
        Column(title: "SETTLED/S", rank: 12, isNumber: true) { LaneText.rate($0.rates?.settled) },
        Column(title: "IN FLIGHT", rank: 9, isNumber: true) { $0.isReported ? Amounts.grouped($0.inFlight) : "?" },
        Column(title: "UNACKED", rank: 11, isNumber: true) { $0.isReported ? Amounts.grouped($0.unacknowledged) : "?" },
        Column(title: "CURSORS", rank: 10, isNumber: true) { Amounts.grouped($0.queues.cursors) },
        Column(title: "CONSUMERS", rank: 6, isNumber: true) { $0.isReported ? "\($0.running)" : "?" },
        Column(title: "PROCESSES", rank: 8, isNumber: true) { $0.isReported ? "\($0.reports.count)" : "?" },
        Column(title: "PREFETCH", rank: 7, isNumber: true) { $0.prefetch.map { "\($0)" } ?? "-" },
        Column(title: "BREAKERS", rank: 6, isNumber: true) { $0.isReported ? "\($0.openBreakers)" : "?" },
    ]

    /// The lines of the table.
    static func lines(_ rows: [LaneRow], width: Int) -> [String] {
        var columns = columns
        while columns.count > 2, total(columns, rows) > width {
            let last = columns.indices.max { columns[$0].rank < columns[$1].rank }!
            columns.remove(at: last)
        }
        let widths = columns.map { Self.width($0, rows) }
        func line(_ cells: [String]) -> String {
            let padded = zip(columns, zip(widths, cells)).map { column, cell in
                let space = String(repeating: " ", count: cell.0 - cell.1.count)
                return column.isNumber ? space + cell.1 : cell.1 + space
            }
            let text = padded.joined(separator: String(repeating: " ", count: gap))
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        return [line(columns.map(\.title))] + rows.map { row in line(columns.map { $0.cell(row) }) }
    }

    private static func width(_ column: Column, _ rows: [LaneRow]) -> Int {
        rows.map { column.cell($0).count }.reduce(column.title.count, max)
    }

    private static func total(_ columns: [Column], _ rows: [LaneRow]) -> Int {
        columns.map { width($0, rows) }.reduce(0, +) + gap * (columns.count - 1)
    }
}
