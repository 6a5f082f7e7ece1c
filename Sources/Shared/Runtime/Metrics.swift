import Synchronization

/// The metrics of a process, in Prometheus's text format.
public final class Metrics: Sendable {
    private struct Family {
        let help: String
        let type: String
        var series: [(labels: String, metric: any Metric)] = []
    }

    private let families = Mutex<[String: Family]>([:])

    public init() {}

    /// A counter. The same name and labels return the same counter.
    public func counter(_ name: String, _ help: String, labels: [(String, String)] = []) -> Counter {
        series(name, help, type: "counter", labels) { Counter() }
    }

    /// A gauge. The same name and labels return the same gauge.
    public func gauge(_ name: String, _ help: String, labels: [(String, String)] = []) -> Gauge {
        series(name, help, type: "gauge", labels) { Gauge() }
    }

    /// A histogram of durations in seconds. The same name and labels return the same histogram.
    ///
    /// - Parameter buckets: upper bounds in seconds, ascending.
    public func histogram(
        _ name: String, _ help: String, labels: [(String, String)] = [],
        buckets: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
    ) -> Histogram {
        series(name, help, type: "histogram", labels) { Histogram(buckets: buckets) }
    }

    /// All metrics in Prometheus exposition format 0.0.4.
    public func exposition() -> String {
        families.withLock { families in
            var text = ""
            for (name, family) in families.sorted(by: { $0.key < $1.key }) {
                text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.type)\n"
                for series in family.series { text += series.metric.lines(name: name, labels: series.labels) }
            }
            return text
        }
    }

    private func series<M: Metric>(_ name: String, _ help: String, type: String, _ labels: [(String, String)], make: () -> M) -> M
    {
        let labels = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        return families.withLock { families in
            if let known = families[name]?.series.first(where: { $0.labels == labels })?.metric as? M { return known }
            let metric = make()
            families[name, default: Family(help: help, type: type)].series.append((labels, metric))
            return metric
        }
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

protocol Metric: Sendable {
    func lines(name: String, labels: String) -> String
}

/// A number that only increases.
public final class Counter: Metric {
    private let total = Atomic<Int>(0)

    public var value: Int { total.load(ordering: .relaxed) }

    public func increment(by amount: Int = 1) { total.add(amount, ordering: .relaxed) }

    func lines(name: String, labels: String) -> String { sample(name, labels, "\(value)") }
}

/// A number that increases and decreases.
public final class Gauge: Metric {
    private let current = Atomic<Int>(0)

    public var value: Int { current.load(ordering: .relaxed) }

    public func set(_ value: Int) { current.store(value, ordering: .relaxed) }

    public func add(_ amount: Int) { current.add(amount, ordering: .relaxed) }

    func lines(name: String, labels: String) -> String { sample(name, labels, "\(value)") }
}

/// Counts durations in buckets.
public final class Histogram: Metric {
    private let bounds: [Double]
    private let state: Mutex<(counts: [Int], sum: Double)>

    init(buckets: [Double]) {
        bounds = buckets
        state = Mutex((Array(repeating: 0, count: buckets.count + 1), 0))
    }

    /// - Parameter seconds: for a duration `d`, `d / .seconds(1)`.
    public func observe(_ seconds: Double) {
        let bucket = bounds.firstIndex { seconds <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += seconds
        }
    }

    public func observe(_ duration: Duration) { observe(duration / .seconds(1)) }

    func lines(name: String, labels: String) -> String {
        let (counts, sum) = state.withLock { $0 }
        let lead = labels.isEmpty ? "" : labels + ","
        var text = ""
        var total = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
            text += sample(name + "_bucket", "\(lead)le=\"\(bound)\"", "\(total)")
        }
        return text + sample(name + "_sum", labels, "\(sum)") + sample(name + "_count", labels, "\(total)")
    }
}

private func sample(_ name: String, _ labels: String, _ value: String) -> String {
    labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
}
