import Model

/// Decides when a mark may be saved: when everything that was received before it is committed. Pure.
///
/// Messages are numbered as they are received. They are settled in batches of consecutive numbers, and the batches in any order.
struct MarkBook<Mark> {
    private var taken = 0
    /// All messages with lower numbers are settled.
    private var low = 0
    /// Settled batches after one that is not settled: the first and the last number of each.
    private var settled: [Int: Int] = [:]
    /// The marks in order, each with how many messages were received before it.
    private var marks: [(mark: Mark, after: Int)] = []

    /// Numbers the next message, from 0.
    mutating func take() -> Int {
        defer { taken += 1 }
        return taken
    }

    /// - Returns: the marks that may be saved now.
    mutating func add(_ mark: Mark) -> [Mark] {
        marks.append((mark, taken))
        return due()
    }

    /// The messages with these numbers are committed or parked.
    ///
    /// - Returns: the marks that may be saved now.
    mutating func settle(_ numbers: ClosedRange<Int>) -> [Mark] {
        settled[numbers.lowerBound] = numbers.upperBound
        while let end = settled.removeValue(forKey: low) { low = end + 1 }
        return due()
    }

    private mutating func due() -> [Mark] {
        let count = marks.prefix { $0.after <= low }.count
        defer { marks.removeFirst(count) }
        return marks.prefix(count).map(\.mark)
    }
}
