import Control
import Lanes

/// How far lanes are drained, from the answers of senders and the broker's queue consumers. Pure.
struct LaneDrain: Equatable {
    enum Progress: Equatable {
        /// Notifications in flight, in this many processes.
        case inFlight(Int, processes: Int)
        /// Nothing is known to be in flight, but not all senders have confirmed the pause.
        case unconfirmed
    }

    /// Those that are not done.
    let open: [LaneName: Progress]

    /// - Parameter settings: the paused settings of each lane.
    init(
        _ settings: [LaneName: LaneSettings], _ answers: Answers<LaneAnswer>, consumers: [LaneName: Int]
    ) {
        var open: [LaneName: Progress] = [:]
        for (name, settings) in settings {
            let reports = answers.answers.values.flatMap(\.lanes).filter { $0.name == name }
            let busy = reports.filter { $0.inFlight > 0 || $0.leaving > 0 }
            let isConfirmed =
                answers.completeness == .complete && consumers[name] == 0
                && reports.allSatisfy { $0.isDrained && $0.settings.version >= settings.version }
            if isConfirmed { continue }
            open[name] =
                busy.isEmpty ? .unconfirmed : .inFlight(busy.map(\.inFlight).reduce(0, +), processes: busy.count)
        }
        self.open = open
    }

    var isDone: Bool { open.isEmpty }

    /// One sentence for each lane that is not done.
    var lines: [String] {
        open.sorted { $0.key.description < $1.key.description }.map { name, progress in
            switch progress {
            case .inFlight(let count, let processes):
                "\(name): \(Amounts.grouped(count)) notifications in flight in \(LaneText.processes(processes))"
            case .unconfirmed: "\(name): not all sender processes have confirmed the pause"
            }
        }
    }
}
