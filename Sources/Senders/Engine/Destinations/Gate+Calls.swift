extension Gate {
    /// Begins a call. If the provider bundles, it takes as many of those that wait as go into one call.
    mutating func begin(_ index: Int, isUnproven: Bool, isProbe: Bool, at now: Instant, _ actions: inout [Action]) {
        slots[index].account.begin(at: now)
        let bundle = limits.batch > 1 ? bundles.next() : nil
        let (first, ticket) = handOver(index, isUnproven: isUnproven, isProbe: isProbe, bundle, at: now)
        actions.append(.begin(first, ticket))
        guard let bundle else { return }
        var count = 1
        // A probe is a single notification: a call that probably fails need not delay the others.
        while !isProbe, count < limits.batch, let isUnproven = joining(index, at: now) {
            let (item, ticket) = handOver(index, isUnproven: isUnproven, isProbe: false, bundle, at: now)
            actions.append(.join(item, ticket))
            count += 1
        }
        bundles.add(bundle, count: count)
    }

    private mutating func handOver(_ index: Int, isUnproven: Bool, isProbe: Bool, _ bundle: Int?, at now: Instant) -> (
        Item, Ticket
    ) {
        let flow = slots[index].waiting.first!.flow
        if isUnproven {
            unproven[flow.traffic, default: Account()].begin(at: now)
            flows[flow, default: Account()].begin(at: now)
        }
        let ticket = Ticket(
            slot: index, flow: flow, begunAt: now, isUnproven: isUnproven, isProbe: isProbe, bundle: bundle)
        return (takeFirst(index), ticket)
    }

    /// Whether the next one that waits may be in the call that begins, and then whether it counts among those without a recent answer.
    private mutating func joining(_ index: Int, at now: Instant) -> Bool? {
        guard !slots[index].waiting.isEmpty else { return nil }
        let isUnproven = self.isUnproven(index, at: now)
        if isUnproven, behindSharedLimit(index, at: now) != nil { return nil }
        guard limits.rate == nil || account.take(limits.lane, at: now) else { return nil }
        return isUnproven
    }

    /// - Parameter sign: nil if the end says nothing about the destination.
    /// - Returns: whether it is time for `advance`. Not after each end: the next calls of a busy destination are handed over in batches,
    ///   which costs much less.
    mutating func ended(_ ticket: Ticket, _ sign: Sign?, at now: Instant) -> Bool {
        if ticket.isUnproven {
            unproven[ticket.flow.traffic]?.end(answered: sign == .answered, at: now)
            flows[ticket.flow]?.end(answered: sign == .answered, at: now)
            if flows[ticket.flow]?.running == 0 { flows[ticket.flow] = nil }
        }
        guard let bundle = ticket.bundle else { return callEnded(ticket, sign, count: 1, at: now) }
        guard let call = bundles.ended(bundle, sign) else { return false }
        return callEnded(ticket, call.sign, count: call.count, at: now)
    }

    private mutating func callEnded(_ ticket: Ticket, _ sign: Sign?, count: Int, at now: Instant) -> Bool {
        let hasAnswered = sign == .answered
        breakers.ended(slots[ticket.slot].destination, sign, isProbe: ticket.isProbe, at: now)
        slots[ticket.slot].end(answered: hasAnswered, count: count, begunAt: ticket.begunAt, limits, at: now)
        guard waiting.total > 0 else { return false }
        let room = slots[ticket.slot].room(limits, at: now)
        return ticket.isUnproven || !hasAnswered || slots[ticket.slot].account.running <= room * 3 / 4
    }
}
