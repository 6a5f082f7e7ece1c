import Model
import Runtime
import Synchronization

/// The current weights of one medium's providers, shared by the lanes of a process.
final class WeightTable: Sendable {
    private let names: [String]
    private let weights: Mutex<ProviderWeights>
    private let gauges: [Gauge]
    private let clock: GateClock
    private let log: Log

    /// - Parameter names: of the providers, in the order of their places.
    init(
        _ names: [String], medium: Medium, figures: ProviderWeights.Figures, clock: GateClock, log: Log, metrics: Metrics
    ) {
        self.names = names
        weights = Mutex(ProviderWeights(count: names.count, figures: figures))
        gauges = names.map {
            metrics.gauge(
                "posthorn_sender_provider_weight", "How much of its configured weight a provider has now, in percent",
                labels: [("medium", medium.rawValue), ("provider", $0)])
        }
        self.clock = clock
        self.log = log.scoped(to: medium.rawValue)
        for gauge in gauges { gauge.set(100) }
    }

    /// By place, in percent of the configured weight.
    func levels() -> [Int] {
        let now = clock.now()
        let (levels, changes) = weights.withLock { weights in
            let changes = weights.advance(to: now)
            return (weights.levels, changes)
        }
        changes.forEach(note)
        return levels
    }

    /// Records the end of a call.
    func ended(_ place: Int, _ sign: Sign, after took: Duration) {
        let now = clock.now()
        if let change = weights.withLock({ $0.ended(place, sign, after: took, at: now) }) { note(change) }
    }

    private func note(_ change: ProviderWeights.Change) {
        gauges[change.place].set(change.level)
        switch change.cause {
        case .errors, .slowness:
            log.warning(
                "provider weight lowered", ["provider": names[change.place], "percent": change.level, "cause": "\(change.cause)"])
        case .quiet:
            log.info("provider weight raised", ["provider": names[change.place], "percent": change.level])
        }
    }
}
