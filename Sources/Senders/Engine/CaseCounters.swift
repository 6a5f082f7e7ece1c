import Runtime

/// A counter for each value that one label of a metric can have.
struct CaseCounters<Case: CaseIterable & RawRepresentable & Hashable & Sendable>: Sendable where Case.RawValue == String {
    private let counters: [Case: Counter]

    /// - Parameters:
    ///   - label: the label whose values are the cases.
    ///   - labels: the others, which all counters have.
    init(_ name: String, _ help: String, by label: String, labels: [(String, String)], metrics: Metrics) {
        counters = Dictionary(
            uniqueKeysWithValues: Case.allCases.map { value in
                (value, metrics.counter(name, help, labels: labels + [(label, value.rawValue)]))
            })
    }

    func increment(_ value: Case, by amount: Int = 1) { counters[value]?.increment(by: amount) }
}
