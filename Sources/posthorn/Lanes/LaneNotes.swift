import Control
import Lanes
import Model

/// What `lane list` says below its table: what an operator may have to do.
enum LaneNotes {
    static func lines(_ overview: LaneOverview) -> [String] {
        processes(overview) + database(overview) + retries(overview) + breakers(overview) + overview.lanes.flatMap(notes)
    }

    private static func processes(_ overview: LaneOverview) -> [String] {
        switch overview.completeness {
        case .complete where overview.processes == 0: ["no sender is running; start one: posthorn sender"]
        case .complete: []
        case .missing(let count): ["\(LaneText.processes(count)) did not answer; what they do is not shown"]
        case .unknown:
            ["not all senders may be shown: the broker was away, or this broker user has no permission for the exchange control"]
        }
    }

    private static func database(_ overview: LaneOverview) -> [String] {
        overview.databaseProblem.map { ["the settings are those that the senders know; the database: \($0)"] } ?? []
    }

    private static func retries(_ overview: LaneOverview) -> [String] {
        let waiting = Lane.allCases.compactMap { lane in
            overview.retries[lane].flatMap { $0 > 0 ? "\(Amounts.grouped($0)) \(lane.rawValue)" : nil }
        }
        return waiting.isEmpty ? [] : ["messages that wait for another attempt, of all media: " + waiting.joined(separator: ", ")]
    }

    private static func breakers(_ overview: LaneOverview) -> [String] {
        overview.breakers.map { open in
            let more = open.count - open.destinations.count
            let names = open.destinations.joined(separator: ", ") + (more > 0 ? " and \(Amounts.grouped(more)) more" : "")
            return "not called now, because they failed several times in a row: \(open.medium.rawValue): \(names)"
        }
    }

    private static func notes(_ row: LaneRow) -> [String] {
        var notes: [String] = []
        switch row.state {
        case .paused(let since):
            notes.append("\(row.name) is paused since \(since); resume it: posthorn lane resume \(row.name)")
        case .draining: notes.append("\(row.name) is paused; \(Amounts.grouped(row.inFlight)) notifications are in flight")
        case .unserved where row.queues.messages + row.queues.cursors > 0:
            notes.append("\(row.name) is not consumed: no sender serves \(row.name.medium.rawValue)")
        case .changing:
            notes.append("\(row.name): not all senders have applied version \(row.settings.version) of its settings yet")
        case .active, .unserved: break
        }
        if row.unexplained > 0 {
            notes.append("\(row.name): \(row.unexplained) queue consumers belong to processes that did not report")
        }
        return notes
    }
}
