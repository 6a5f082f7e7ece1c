import Model

extension Gate {
    /// Also if no tokens come, it is looked again after this time.
    private static var tokenPatience: Duration { .milliseconds(200) }

    /// What to do if the account cannot be called now: it asks to be left alone, or there is no token. Nil if the item may pass; then its token
    /// is taken.
    mutating func behindRate(_ index: Int, at now: Instant) -> Passage? {
        if let end = account.pause(at: now) {
            let mayWait = now.duration(to: end) <= AccountLimiter.moment
            // An account that takes some has a rate that nobody has set. One that takes nothing may never do so.
            let isLimited = limits.isLenient && backlog.isMoving(at: now)
            let why = isLimited ? Deferral.limited : .throttled
            if isLimited, mayWait { wantedReserve = max(wantedReserve, backlog.reserve) }
            return waitForAccount(index, why, until: end, mayWait: mayWait, at: now)
        }
        guard limits.rate != nil else { return nil }
        if account.take(limits.lane, at: now) { return nil }
        let passage = waitForAccount(index, .limited, until: now + Self.tokenPatience, mayWait: true, at: now)
        if case .wait = passage { wantedTokens += slots[index].waiting.count }
        return passage
    }

    private mutating func waitForAccount(
        _ index: Int, _ why: Deferral, until moment: Instant, mayWait: Bool, at now: Instant
    ) -> Passage {
        for traffic in Traffic.allCases {
            let room = mayWait && !isLettingGo ? limits.waitingForRate(traffic) : 0
            let excess = min(waiting[traffic] - room, slots[index].waiting.count(of: traffic))
            if excess > 0 { return .deferLast(excess, of: traffic, why) }
        }
        let limits = limits
        return waitUntil(moment, index, why, at: now) { _ in limits.longestWaitForRate }
    }

    /// How long an item that is deferred should stay away; nil if another provider may have it, or only the schedule of retries says.
    mutating func waitOutside(_ entry: Entry, _ why: Deferral, at now: Instant) -> Duration? {
        // Those that stay.
        let ahead = Traffic.allCases.reduce(0) { $0 + min(waiting[$1], limits.waitingForRate($1)) }
        let pause = account.pause(at: now).map { now.duration(to: $0) }
        return switch why {
        case .limited where limits.longestWaitForRate == nil:
            max(backlog.deferred(behind: ahead, hasTurn: entry.hasTurn, at: now), pause ?? .zero)
        case .throttled: pause
        default: nil
        }
    }
}
