/// Decides when a publisher writes what waits: at once where nothing is on its way to the broker, and otherwise when enough has gathered or
/// a moment has passed. A hundred messages in one write cost the broker and the publisher much less than in a hundred. Pure.
struct Gathering: Sendable {
    /// Enough to be written without waiting for more.
    static let enough = 48
    /// How long a message may wait for others.
    static let moment = Duration.milliseconds(1)

    private var end: ContinuousClock.Instant?

    /// - Parameters:
    ///   - waiting: messages that have not been written.
    ///   - outstanding: messages that have been written and not been answered for.
    /// - Returns: until when to wait before writing; nil if it is time to write.
    mutating func until(waiting: Int, outstanding: Int, now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard waiting > 0, waiting < Self.enough, outstanding > 0 else {
            end = nil
            return nil
        }
        let end = end ?? now + Self.moment
        self.end = end > now ? end : nil
        return self.end
    }
}
