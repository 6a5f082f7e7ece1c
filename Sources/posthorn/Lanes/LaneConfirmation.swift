import Control
import Lanes

/// Which senders have applied a change of a lane, from their answers. Pure.
struct LaneConfirmation: Equatable {
    enum Outcome: Equatable {
        /// No sender serves the lane. The next one that starts applies the change.
        case nobody
        case all(Int)
        /// This many of these have applied it.
        case some(Int, of: Int)
        /// These have, and it is not known whether there are others.
        case unknown(Int)
    }

    let outcome: Outcome

    init(of name: LaneName, _ settings: LaneSettings, by answers: Answers<LaneAnswer>) {
        let reports = answers.answers.values.flatMap(\.lanes).filter { $0.name == name }
        let consumers = settings.isPaused ? 0 : settings.consumers
        let confirmed = reports.count { $0.settings.version >= settings.version && $0.consumers == consumers }
        outcome =
            switch answers.completeness {
            case .unknown: .unknown(confirmed)
            case .missing(let count): .some(confirmed, of: reports.count + count)
            case .complete where reports.isEmpty: .nobody
            case .complete: confirmed == reports.count ? .all(confirmed) : .some(confirmed, of: reports.count)
            }
    }

    var isComplete: Bool {
        switch outcome {
        case .nobody, .all: true
        case .some, .unknown: false
        }
    }

    /// The rest of a sentence about the change.
    var text: String {
        switch outcome {
        case .nobody: "no sender serves it now; the next one that starts applies this"
        case .all(let count): "\(LaneText.processes(count)) confirmed"
        case .some(let confirmed, let count):
            "\(confirmed) of \(LaneText.processes(count)) confirmed; the others apply it within 30 s of when they can read the database"
        case .unknown(let confirmed):
            "\(LaneText.processes(confirmed)) confirmed, and it is not known whether there are others; senders apply it within 30 s"
        }
    }
}
