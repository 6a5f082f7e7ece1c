import Lanes
import Model

/// One lane in `lane list`.
struct LaneRow {
    enum State: Equatable {
        case active
        /// Nothing is begun, and nothing is in flight.
        case paused(since: Timestamp)
        /// Paused, and what was begun is not settled everywhere.
        case draining
        /// No sender consumes it.
        case unserved
        /// Not all senders have applied the settings.
        case changing
    }

    /// The age of the oldest message that waits.
    enum Oldest: Equatable {
        case nothingWaits
        case exactly(Duration)
        case atMost(Duration)
        case unknown
    }

    /// Per second.
    struct Rates: Equatable {
        /// Messages that arrived on the queues.
        let arrived: Double
        /// Messages that were acknowledged.
        let acknowledged: Double
        /// Notifications that were settled; a message carries one or several.
        let settled: Double
    }

    let name: LaneName
    let settings: LaneSettings
    let state: State
    let queues: LaneQueues
    let reports: [LaneReport]
    /// Whether it is known what senders do: some have answered, or there are none.
    let isReported: Bool
    let oldest: Oldest
    /// nil without an earlier sample.
    let rates: Rates?
    let openBreakers: Int

    init(_ name: LaneName, _ sample: LaneSample, since earlier: LaneSample?) {
        self.name = name
        settings = sample.settings(name)
        queues = sample.queues[name] ?? LaneQueues()
        let reports = sample.reports(name)
        self.reports = Array(reports.values)
        isReported = !reports.isEmpty || sample.answers.completeness == .complete
        state = Self.state(settings, self.reports, queues)
        oldest = Self.oldest(queues, self.reports, sample.now)
        rates = isReported ? earlier.flatMap { Self.rates(name, from: $0, to: sample) } : nil
        openBreakers =
            sample.answers.answers.values.flatMap(\.breakers).filter { $0.medium == name.medium }.map(\.count).max() ?? 0
    }

    var running: Int { reports.map(\.consumers).reduce(0, +) }
    var inFlight: Int { reports.map(\.inFlight).reduce(0, +) }
    var unacknowledged: Int { reports.map(\.unacknowledged).reduce(0, +) }
    /// Queue consumers that the broker knows and no process reports. Each consumer has one for each of the two queues.
    var unexplained: Int { max(0, queues.consumers - running * Traffic.shared.count) }
    /// The prefetch of the processes, if they agree.
    var prefetch: Int? { Set(reports.map(\.prefetch)).count == 1 ? reports[0].prefetch : settings.prefetch }

    private static func state(_ settings: LaneSettings, _ reports: [LaneReport], _ queues: LaneQueues) -> State {
        if case .paused(let since) = settings.flow {
            return reports.allSatisfy { $0.isDrained } && queues.consumers == 0 ? .paused(since: since) : .draining
        }
        guard !reports.isEmpty || queues.consumers > 0 else { return .unserved }
        return reports.allSatisfy { $0.settings == settings && $0.consumers == settings.consumers } ? .active : .changing
    }

    private static func oldest(_ queues: LaneQueues, _ reports: [LaneReport], _ now: Timestamp) -> Oldest {
        var ages: [(age: Duration, isExact: Bool)] = []
        for (traffic, messages) in queues.waiting where messages > 0 {
            let known = reports.compactMap { $0.oldest[traffic] }
            let exact = known.compactMap { if case .exactly(let time) = $0 { time } else { nil } }.min()
            // Each process says that nothing that waits is older, so the latest time says the most.
            let bound = known.compactMap { if case .notBefore(let time) = $0 { time } else { nil } }.max()
            guard let time = exact ?? bound else { return .unknown }
            ages.append((.milliseconds(max(0, now.milliseconds - time.milliseconds)), exact != nil))
        }
        guard let oldest = ages.max(by: { $0.age < $1.age }) else { return .nothingWaits }
        return oldest.isExact ? .exactly(oldest.age) : .atMost(oldest.age)
    }

    /// nil if a process has started or ended in between.
    private static func rates(_ name: LaneName, from earlier: LaneSample, to later: LaneSample) -> Rates? {
        let (before, after) = (earlier.reports(name), later.reports(name))
        let seconds = (later.at - earlier.at) / .seconds(1)
        guard before.keys == after.keys, seconds > 0, let old = earlier.queues[name], let new = later.queues[name] else {
            return nil
        }
        func growth(_ number: (LaneReport) -> Int) -> Int {
            after.values.map(number).reduce(0, +) - before.values.map(number).reduce(0, +)
        }
        let acknowledged = growth(\.acknowledged)
        let arrived = acknowledged + growth(\.unacknowledged) + new.messages - old.messages
        return Rates(
            arrived: max(0, Double(arrived) / seconds), acknowledged: max(0, Double(acknowledged) / seconds),
            settled: max(0, Double(growth(\.settled)) / seconds))
    }
}
