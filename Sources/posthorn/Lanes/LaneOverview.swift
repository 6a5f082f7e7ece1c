import Control
import Lanes
import Model

/// What `lane list` shows, computed from two samples. Pure.
struct LaneOverview {
    let lanes: [LaneRow]
    let retries: [Lane: Int]
    let breakers: [OpenBreakers]
    let processes: Int
    let completeness: Completeness
    let databaseProblem: String?
    let now: Timestamp

    /// - Parameter earlier: for the rates; nil if there is none yet.
    init(_ sample: LaneSample, since earlier: LaneSample?) {
        lanes = LaneName.all(.posthorn).map { LaneRow($0, sample, since: earlier) }
        retries = sample.retries
        breakers = Self.merged(sample.answers.answers.values.flatMap(\.breakers))
        processes = sample.answers.answers.count
        completeness = sample.answers.completeness
        databaseProblem = sample.databaseProblem
        now = sample.now
    }

    /// Of all processes. Most see the same destinations, so the number of a medium is the largest that one reports.
    private static func merged(_ reports: [OpenBreakers]) -> [OpenBreakers] {
        Dictionary(grouping: reports, by: \.medium).map { medium, reports in
            let names = Set(reports.flatMap(\.destinations)).sorted()
            return OpenBreakers(
                medium, count: max(names.count, reports.map(\.count).max() ?? 0),
                destinations: Array(names.prefix(OpenBreakers.namedLimit)))
        }.filter { $0.count > 0 }.sorted { $0.medium.rawValue < $1.medium.rawValue }
    }
}
