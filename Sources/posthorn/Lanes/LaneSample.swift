import Control
import Lanes
import Model

/// The queues of a lane at the broker.
struct LaneQueues: Sendable {
    /// Ready messages.
    var waiting: [Traffic: Int] = [:]
    /// Queue consumers of both queues.
    var consumers = 0
    /// Large requests whose rest waits for room on the lane.
    var cursors = 0

    var messages: Int { waiting.values.reduce(0, +) }
}

/// What is known of all lanes at one moment.
struct LaneSample: Sendable {
    let at: ContinuousClock.Instant
    let now: Timestamp
    let answers: Answers<LaneAnswer>
    var queues: [LaneName: LaneQueues] = [:]
    /// Messages that wait for another attempt.
    var retries: [Lane: Int] = [:]
    /// The table; nil while it cannot be read.
    var settings: [LaneName: LaneSettings]?
    var databaseProblem: String?

    /// The reports on a lane, by process.
    func reports(_ name: LaneName) -> [String: LaneReport] {
        answers.answers.compactMapValues { answer in answer.lanes.first { $0.name == name } }
    }

    /// What operators have set: from the table, else as the senders know it.
    func settings(_ name: LaneName) -> LaneSettings {
        if let settings { return settings[name] ?? LaneSettings() }
        return reports(name).values.map(\.settings).max { $0.version < $1.version } ?? LaneSettings()
    }
}
