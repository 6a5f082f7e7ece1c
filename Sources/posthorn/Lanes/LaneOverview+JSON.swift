import Control
import JSON
import Lanes
import Model

extension LaneOverview {
    /// The document of `lane list --json`; `docs/operations.md` describes its fields.
    var document: JSON {
        let answered: JSON =
            switch completeness {
            case .complete: ["complete": .bool(true), "missing": 0]
            case .missing(let count): ["complete": .bool(false), "missing": .integer(Int64(count))]
            case .unknown: ["complete": .bool(false), "missing": .null]
            }
        return [
            "at": .string(now.description), "processes": .integer(Int64(processes)), "answers": answered,
            "database": databaseProblem == nil ? "read" : "away", "lanes": .array(lanes.map(\.document)),
            "waiting_for_retry": .object(Lane.allCases.map { JSON.Member($0.rawValue, .integer(Int64(retries[$0] ?? 0))) }),
            "breakers_open": .array(
                breakers.map { open in
                    [
                        "medium": .string(open.medium.rawValue), "count": .integer(Int64(open.count)),
                        "destinations": .array(open.destinations.map { .string($0) }),
                    ]
                }),
        ]
    }
}

extension LaneRow {
    fileprivate var document: JSON {
        var pausedSince = JSON.null
        if case .paused(let since) = settings.flow { pausedSince = .string(since.description) }
        func reported(_ value: Int) -> JSON { isReported ? .integer(Int64(value)) : .null }
        func rate(_ value: Double?) -> JSON { value.map { .number(($0 * 10).rounded() / 10) } ?? .null }
        let (age, kind): (JSON, JSON) =
            switch oldest {
            case .nothingWaits: (.null, "nothing-waits")
            case .exactly(let age): (.integer(Int64(age / .seconds(1))), "exact")
            case .atMost(let age): (.integer(Int64(age / .seconds(1))), "at-most")
            case .unknown: (.null, "unknown")
            }
        return [
            "lane": .string(name.description), "medium": .string(name.medium.rawValue), "name": .string(name.lane.rawValue),
            "state": .string(state.text), "paused_since": pausedSince, "version": .integer(settings.version),
            "processes": reported(reports.count), "consumers": reported(running),
            "consumers_per_process": .integer(Int64(settings.consumers)),
            "consumers_unknown": .integer(Int64(unexplained)),
            "prefetch": prefetch.map { .integer(Int64($0)) } ?? .null,
            "waiting": .object(Traffic.allCases.map { JSON.Member($0.rawValue, .integer(Int64(queues.waiting[$0] ?? 0))) }),
            "cursors": .integer(Int64(queues.cursors)), "unacknowledged": reported(unacknowledged),
            "in_flight": reported(inFlight), "oldest_seconds": age, "oldest": kind,
            "messages_in_per_second": rate(rates?.arrived), "messages_out_per_second": rate(rates?.acknowledged),
            "notifications_settled_per_second": rate(rates?.settled), "breakers_open": reported(openBreakers),
        ]
    }
}
