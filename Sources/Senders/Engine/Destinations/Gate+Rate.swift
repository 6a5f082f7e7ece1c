import Model

extension Gate {
    /// Also if no tokens come, it is looked again after this time.
    private static var tokenPatience: Duration { .milliseconds(200) }

    /// What to do if the account cannot be called now: it asks to be left alone, or there is no token. Nil if the item may pass; then its token
    /// is taken.
    mutating func behindRate(_ index: Int, at now: Instant) -> Passage? {
        if let end = account.pause(at: now) {
            let mayWait = now.duration(to: end) <= AccountLimiter.moment
            return waitForAccount(index, .throttled, until: end, mayWait: mayWait, at: now)
        }
        guard let rate = limits.rate else { return nil }
        if backlog == nil { backlog = LimitBacklog(rate: rate, at: now) }
        if account.take(limits.lane, at: now) { return nil }
        let passage = waitForAccount(index, .limited, until: now + Self.tokenPatience, mayWait: true, at: now)
        if case .wait = passage { wantedTokens += slots[index].waiting.count }
        return passage
    }

    private mutating func waitForAccount(
        _ index: Int, _ why: Deferral, until moment: Instant, mayWait: Bool, at now: Instant
    ) -> Passage {
        for traffic in Traffic.allCases {
            let room = mayWait ? limits.waitingForRate(traffic) : 0
            let excess = min(waiting[traffic] - room, slots[index].waiting.count(of: traffic))
            if excess > 0 { return .deferLast(excess, of: traffic, why) }
        }
        let limits = limits
        return waitUntil(moment, index, why, at: now) { _ in limits.longestWaitForRate }
    }

    /// How long an item that is deferred should stay away; nil if another provider may have it, or only the schedule of retries says.
    mutating func waitOutside(_ why: Deferral, at now: Instant) -> Duration? {
        // Those that stay.
        let ahead = Traffic.allCases.reduce(0) { $0 + min(waiting[$1], limits.waitingForRate($1)) }
        return switch why {
        case .limited where limits.longestWaitForRate == nil: backlog?.deferred(behind: ahead, at: now)
        case .throttled: account.pause(at: now).map { now.duration(to: $0) }
        default: nil
        }
    }
}
