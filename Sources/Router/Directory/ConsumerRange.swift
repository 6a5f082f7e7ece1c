/// Consumer ids above `after`, up to and including `through`.
struct ConsumerRange: Sendable, Equatable {
    let after: Int64
    let through: Int64

    static let everybody = ConsumerRange(after: 0, through: .max)

    /// Ranges of about equal width that together cover this one: at least one, and fewer than `parts` if the range is narrow.
    func divided(into parts: Int) -> [ConsumerRange] {
        let width = through - after
        let parts = Int64(max(1, min(parts, Int(clamping: width))))
        return (0..<parts).map { part in
            ConsumerRange(
                after: after + width / parts * part, through: part == parts - 1 ? through : after + width / parts * (part + 1))
        }
    }
}

extension [ConsumerRange] {
    /// The boundaries of consecutive ranges, as they are recorded.
    var boundaries: [Int64] { prefix(1).map(\.after) + map(\.through) }

    /// - Parameter boundaries: as `boundaries` returns them. The result is nil if they are fewer than two.
    init?(boundaries: [Int64]) {
        guard boundaries.count > 1 else { return nil }
        self = zip(boundaries, boundaries.dropFirst()).map { ConsumerRange(after: $0, through: $1) }
    }
}
