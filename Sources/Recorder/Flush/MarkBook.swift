import Model

/// Knows when a mark may be written down: when everything that was taken before it is committed. Pure.
///
/// Messages are numbered as they are taken, and they are settled in batches of consecutive numbers, in any order of batches.
struct MarkBook<Mark> {
    private var taken = 0
    /// All below are settled.
    private var low = 0
    /// Settled batches behind one that is not: where each begins and ends.
    private var settled: [Int: Int] = [:]
    /// Each with how many messages were taken before it, in order.
    private var marks: [(mark: Mark, after: Int)] = []

    /// Numbers the next message, from 0.
    mutating func take() -> Int {
        defer { taken += 1 }
        return taken
    }

    /// - Returns: the marks that may be written now.
    mutating func add(_ mark: Mark) -> [Mark] {
        marks.append((mark, taken))
        return due()
    }

    /// These are committed, or parked.
    ///
    /// - Returns: the marks that may be written now.
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
