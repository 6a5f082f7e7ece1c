/// What a replay has done. Pure.
struct ReplayTally: Sendable, Equatable {
    private(set) var replayed = 0
    /// The messages that stay parked, by reason.
    private(set) var obstacles: [String: Int] = [:]

    mutating func add(replayed count: Int) { replayed += count }

    mutating func add(obstacle: String) { obstacles[obstacle, default: 0] += 1 }

    /// All messages that were meant.
    var count: Int { replayed + kept }

    /// How many stay parked.
    var kept: Int { obstacles.values.reduce(0, +) }

    /// - Parameters:
    ///   - verb: what was done: `replayed`, or `would replay`.
    ///   - seconds: nil where nothing was published.
    func lines(_ verb: String, seconds: Double? = nil) -> [String] {
        let rate = seconds.map { ", \(Int(Double(replayed) / max($0, 0.001)))/s" } ?? ""
        var lines = ["\(verb) \(Amounts.count(replayed, "message"))\(rate)"]
        if kept > 0 {
            lines[0] += "; \(Amounts.count(kept, "message")) cannot be replayed and \(kept == 1 ? "stays" : "stay"):"
            lines += obstacles.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { why, count in
                "  \(Amounts.grouped(count))  \(why)"
            }
        }
        return lines
    }
}
