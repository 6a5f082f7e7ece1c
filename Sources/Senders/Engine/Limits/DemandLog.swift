/// When this process sent its demands, so that it uses tokens only for a short time after that. Pure.
struct DemandLog {
    typealias Instant = ContinuousClock.Instant

    private var sent: [(number: Int, at: Instant)] = []
    private var last = 0

    /// - Returns: the number of the demand that is sent now.
    mutating func next(at now: Instant) -> Int {
        last += 1
        sent.removeAll { $0.at + TokenBucket.latest <= now }
        sent.append((last, now))
        return last
    }

    /// Until when tokens that answer a demand may be used; nil if they are late, or the demand is unknown.
    func end(ofAnswersTo number: Int) -> Instant? { sent.first { $0.number == number }.map { $0.at + TokenBucket.latest } }
}
