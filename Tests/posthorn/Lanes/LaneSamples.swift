import Control
import Lanes
import Model

@testable import posthorn

/// Samples of lanes as a test needs them.
enum LaneSamples {
    static let bulk = LaneName(.email, .bulk)
    static let start = ContinuousClock.now
    static let now = Timestamp(seconds: 1_800_000_000)

    static func settings(consumers: Int = 1, prefetch: Int? = nil, paused: Bool = false, version: Int64 = 0) -> LaneSettings {
        var settings = LaneSettings()
        (settings.consumers, settings.prefetch, settings.version) = (consumers, prefetch, version)
        if paused { settings.flow = .paused(since: now) }
        return settings
    }

    static func report(
        _ settings: LaneSettings = settings(), consumers: Int = 1, leaving: Int = 0, inFlight: Int = 0, unacknowledged: Int = 0,
        acknowledged: Int = 0, settled: Int = 0, oldest: [Traffic: LaneReport.Oldest] = [:]
    ) -> LaneReport {
        LaneReport(
            bulk, settings: settings, prefetch: settings.prefetch ?? 512, consumers: consumers, leaving: leaving,
            inFlight: inFlight,
            unacknowledged: unacknowledged, acknowledged: acknowledged, settled: settled, oldest: oldest)
    }

    static func answers(_ reports: [LaneReport], _ completeness: Completeness = .complete) -> Answers<LaneAnswer> {
        let answers = reports.enumerated().map { ("process \($0.offset)", LaneAnswer(lanes: [$0.element], breakers: [])) }
        return Answers(Dictionary(uniqueKeysWithValues: answers), completeness)
    }

    /// One sample of the lane `email.bulk`.
    static func sample(
        _ reports: [LaneReport], waiting: Int = 0, consumers: Int? = nil, settings: LaneSettings = settings(),
        _ completeness: Completeness = .complete, after: Duration = .zero
    ) -> LaneSample {
        var sample = LaneSample(at: start + after, now: now, answers: answers(reports, completeness))
        sample.settings = [bulk: settings]
        let running = reports.map(\.consumers).reduce(0, +) * 2
        sample.queues[bulk] = LaneQueues(waiting: [.sparse: 0, .burst: waiting], consumers: consumers ?? running, cursors: 0)
        return sample
    }
}
