/// Consumers by number: above `after`, up to and with `through`.
struct ConsumerRange: Sendable, Equatable {
    let after: Int64
    let through: Int64

    /// Ranges of about equal width that together are this one; fewer than asked for where it is narrow.
    func divided(into parts: Int) -> [ConsumerRange] {
        let width = through - after
        let parts = Int64(max(1, min(parts, Int(clamping: width))))
        return (0..<parts).map { part in
            ConsumerRange(
                after: after + width / parts * part, through: part == parts - 1 ? through : after + width / parts * (part + 1))
        }
    }
}
