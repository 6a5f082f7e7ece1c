import Model

extension Gate {
    /// What to do with the first item that waits for a destination, or with several.
    enum Passage {
        case pass(isUnproven: Bool, isProbe: Bool)
        /// Defer this many of those that came last, of any flow or of such flows.
        case deferLast(Int, of: Traffic? = nil, Deferral)
        case deferFirst(Deferral)
        case wait(until: Instant)
    }

    /// - Parameter index: of a slot with a waiting item.
    mutating func passage(_ index: Int, at now: Instant) -> Passage {
        let destination = slots[index].destination
        let standing = breakers.standing(of: destination, at: now)
        if standing == .open { return .deferLast(slots[index].waiting.count, .breakerOpen) }
        // The probe may be made although earlier calls still hang.
        let room = standing == .mayProbe ? limits.atOnce : slots[index].room(limits, at: now)
        if slots[index].account.running >= room { return behindOwnLimit(index, at: now) }
        if let full = fullAt(index), now < full { return .wait(until: full) }
        let isUnproven = self.isUnproven(index, at: now)
        if isUnproven, let passage = behindSharedLimit(index, at: now) { return passage }
        if let passage = behindRate(index, at: now) { return passage }
        guard standing == .mayProbe else { return .pass(isUnproven: isUnproven, isProbe: false) }
        return breakers.beginProbe(of: destination, at: now)
            ? .pass(isUnproven: isUnproven, isProbe: true) : .deferLast(slots[index].waiting.count, .breakerOpen)
    }

    /// Whether the first one counts among those to destinations without a recent answer.
    func isUnproven(_ index: Int, at now: Instant) -> Bool {
        !slots[index].isMoving(limits, at: now) || slots[index].isSlow && slots[index].waiting.first!.flow.traffic == .sparse
    }

    /// Until when a call waits for more; nil if it does not.
    private func fullAt(_ index: Int) -> Instant? {
        guard limits.batchDelay > .zero, slots[index].waiting.count < limits.batch else { return nil }
        return slots[index].waiting.fronts.map(\.enteredAt).min().map { $0 + limits.batchDelay }
    }

    private mutating func behindOwnLimit(_ index: Int, at now: Instant) -> Passage {
        let waiting = slots[index].waiting.count
        let patience = slots[index].patience(limits)
        guard let stall = slots[index].account.stalls(after: patience), now < stall else { return .deferLast(waiting, .stalled) }
        if let answers = slots[index].pace.recent(at: now, span: patience) {
            let bearable = max(limits.atOnce * limits.batch, Int(Double(answers) * (GateLimits.backlog / patience)))
            if waiting > bearable { return .deferLast(waiting - bearable, .stalled) }
        }
        return waitUntil(min(stall, slots[index].pace.end(span: patience)), index, at: now)
    }

    mutating func behindSharedLimit(_ index: Int, at now: Instant) -> Passage? {
        // A tenant that has used up its share does not block the others at the destination.
        let (flows, unproven, limits) = (flows, unproven, limits)
        func full(_ flow: TenantFlow) -> Account? {
            let limit = limits.unproven(flow.traffic)
            if let own = flows[flow], own.running >= limit.perService { return own }
            return unproven[flow.traffic].flatMap { $0.running >= limit.all ? $0 : nil }
        }
        slots[index].waiting.passTurn { full($0.flow) == nil }
        guard let full = full(slots[index].waiting.first!.flow) else { return nil }
        guard let stall = full.stalls(after: limits.patience), now < stall else { return .deferFirst(.busy) }
        return waitUntil(stall, index, at: now)
    }

    private mutating func waitUntil(_ moment: Instant, _ index: Int, at now: Instant) -> Passage {
        let (limits, isSlow) = (limits, slots[index].isSlow)
        return waitUntil(moment, index, .stalled, at: now) { limits.longestWait($0, isSlow: isSlow) }
    }

    /// - Parameter longest: how long an item of such a flow waits at most; nil if it has no limit.
    mutating func waitUntil(
        _ moment: Instant, _ index: Int, _ why: Deferral, at now: Instant, longest: (Traffic) -> Duration?
    ) -> Passage {
        func deadline(_ entry: Entry) -> Instant? { longest(entry.flow.traffic).map { entry.enteredAt + $0 } }
        guard let end = slots[index].waiting.fronts.compactMap(deadline).min() else { return .wait(until: moment) }
        if now < end { return .wait(until: min(moment, end)) }
        slots[index].waiting.passTurn { deadline($0) == end }
        return .deferFirst(why)
    }
}
