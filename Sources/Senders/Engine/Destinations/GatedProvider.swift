import Cancellations
import Model
import Synchronization

/// A provider behind a gate: it is given what can run now; what its destination cannot take is `deferred`, and what was cancelled while it
/// waited is `cancelled`.
final class GatedProvider: Sendable {
    /// Notifications that came together. They are large, so they are not copied.
    private final class Batch: Sendable {
        let notifications: [Notification]
        let report: @Sendable (Int, CallEnd) -> Void

        init(_ notifications: [Notification], report: @escaping @Sendable (Int, CallEnd) -> Void) {
            self.notifications = notifications
            self.report = report
        }
    }

    private struct Item: Sendable {
        let batch: Batch
        let index: Int
        /// How often its account was called too often with it.
        var throttledCount = 0

        var notification: Notification { batch.notifications[index] }

        func report(_ verdict: Verdict, took: Duration? = nil) { batch.report(index, CallEnd(verdict: verdict, took: took)) }
    }

    private struct State {
        var gate: Gate<Item>
        /// Whether a call of `lookUp` is scheduled.
        var willLook = false
        var alarm: ContinuousClock.Instant?
    }

    /// How often a notification is handed over if its account is called too often each time.
    static let mostCalls = 10

    let provider: any Provider
    /// The same provider, if it can be asked.
    private let reconciling: (any ReconcilingProvider)?
    private let cancelled: CancelledRequests
    private let account: AccountLimiter
    private let lane: Lane
    private let hasNext: Bool
    private let metrics: ProviderMetrics
    private let clock: GateClock
    private let wantReserve: @Sendable (Int) -> Void
    private let state: Mutex<State>

    /// - Parameters:
    ///   - account: the provider's, which all lanes share.
    ///   - wantReserve: called when the account has shown a rate that is not set, with how many should wait for it beside the lane's windows;
    ///     again only with more. It must not wait.
    init(
        _ provider: any Provider, limits: GateLimits, cancelled: CancelledRequests, breakers: BreakerTable,
        account: AccountLimiter, metrics: ProviderMetrics, clock: GateClock,
        wantReserve: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.provider = provider
        reconciling = provider as? any ReconcilingProvider
        self.cancelled = cancelled
        self.account = account
        lane = limits.lane
        hasNext = !limits.isLenient
        self.metrics = metrics
        self.clock = clock
        self.wantReserve = wantReserve
        state = Mutex(State(gate: Gate(limits: limits, breakers: breakers, account: account, at: clock.now())))
        if provider.rate != nil { account.register(lane) { [weak self] in self?.lookUp() } }
    }

    /// Whether the provider can be asked about what it may have sent.
    var canReconcile: Bool { reconciling != nil }

    /// Sends a batch. A notification with a question is not sent: the provider is asked about it.
    ///
    /// - Parameter report: called exactly once for each index, in any order, on any thread.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, CallEnd) -> Void) {
        let destinations = notifications.map(provider.destination)
        let batch = Batch(notifications, report: report)
        let (now, time) = (clock.now(), Timestamp.now)
        state.withLock { state in
            for index in notifications.indices {
                let notification = notifications[index]
                let flow = TenantFlow(tenant: notification.tenant, traffic: notification.traffic)
                // Its wait is over, else it would not be here.
                let hasTurn = notification.notBefore.map { time < $0 + LimitBacklog.turn } ?? false
                state.gate.add(Item(batch: batch, index: index), for: destinations[index], of: flow, hasTurn: hasTurn, at: now)
            }
        }
        lookUp()
    }

    /// The lane may have more or fewer notifications in flight from now on.
    ///
    /// - Parameter reserve: how many may wait for an account without a set rate beside them.
    func resize(to windows: [Traffic: Int], reserve: Int) {
        state.withLock { $0.gate.limits.resize(to: windows, reserve: reserve) }
        lookUp()
    }

    /// While true, what waits for the account is deferred at once.
    func letGo(_ isLettingGo: Bool) {
        state.withLock { $0.gate.isLettingGo = isLettingGo }
        lookUp()
    }

    /// Begins what can begin, and defers what has waited too long.
    private func lookUp() {
        let now = clock.now()
        var reserve: Int?
        let (actions, alarm) = state.withLock { state -> ([Gate<Item>.Action], ContinuousClock.Instant?) in
            state.willLook = false
            let wanted = state.gate.wantedReserve
            let actions = state.gate.advance(at: now)
            if state.gate.wantedReserve > wanted { reserve = state.gate.wantedReserve }
            // Under the lock, so that a later look is not followed by the count of an earlier one.
            if provider.rate != nil { account.want(state.gate.wantedTokens, lane) }
            guard let next = state.gate.nextLook, state.alarm.map({ next < $0 }) ?? true else { return (actions, nil) }
            state.alarm = next
            return (actions, next)
        }
        if let alarm {
            clock.call(alarm) { [self] in
                state.withLock { if $0.alarm == alarm { $0.alarm = nil } }
                lookUp()
            }
        }
        if let reserve { wantReserve(reserve) }
        perform(actions)
    }

    private func perform(_ actions: [Gate<Item>.Action]) {
        var begun: [(item: Item, ticket: Gate<Item>.Ticket)] = []
        var asked: [(item: Item, ticket: Gate<Item>.Ticket)] = []
        let isBundling = provider.maximumBatch > 1
        for action in actions {
            switch action {
            case .begin(let item, let ticket):
                if isBundling {
                    handOver(begun)
                    begun.removeAll(keepingCapacity: true)
                }
                take(item, ticket, &begun, &asked)
            case .join(let item, let ticket): take(item, ticket, &begun, &asked)
            case .deferred(let item, let why, let wait):
                metrics.notAsked(why)
                item.report(.deferred(why: why, after: wait))
            }
        }
        if !asked.isEmpty { ask(asked) }
        handOver(begun)
    }

    /// What was cancelled while it waited is not called. What may have been sent is asked about.
    private func take(
        _ item: Item, _ ticket: Gate<Item>.Ticket, _ begun: inout [(item: Item, ticket: Gate<Item>.Ticket)],
        _ asked: inout [(item: Item, ticket: Gate<Item>.Ticket)]
    ) {
        if reconciling != nil, item.notification.reconciliation != nil {
            asked.append((item, ticket))
        } else if cancelled.contains(item.notification) {
            ended(ticket, nil, at: clock.now())
            metrics.cancelled()
            item.report(.cancelled)
        } else {
            begun.append((item, ticket))
        }
    }

    private func handOver(_ begun: [(item: Item, ticket: Gate<Item>.Ticket)]) {
        guard !begun.isEmpty else { return }
        metrics.begun(begun.count)
        provider.deliver(begun.map { $0.item.notification }) { [self, begun] place, verdict in
            let (item, ticket) = begun[place]
            let took = ticket.begunAt.duration(to: clock.now())
            metrics.ended(verdict, after: took)
            if ended(item, ticket, verdict) == .over { item.report(verdict, took: took) }
        }
    }

    private func ask(_ asked: [(item: Item, ticket: Gate<Item>.Ticket)]) {
        reconciling?.reconcile(asked.map { $0.item.notification }) { [self, asked] place, answer in
            let (item, ticket) = asked[place]
            let now = clock.now()
            ended(ticket, answer.sign, at: now)
            metrics.answered(answer.kind)
            item.report(answer.verdict, took: ticket.begunAt.duration(to: now))
        }
    }

    private enum End {
        case over
        /// The item waits here for another call.
        case again
    }

    /// Reports come on the provider's own thread, so the next calls are prepared on another.
    private func ended(_ item: Item, _ ticket: Gate<Item>.Ticket, _ verdict: Verdict) -> End {
        let now = clock.now()
        if case .throttled(let pause, _) = verdict { account.throttled(for: pause, at: now) }
        let end = self.end(item, verdict, at: now)
        ended(ticket, verdict.sign, at: now) { gate in
            if verdict.isTaken { gate.backlog.passed(at: now) }
            guard end == .again else { return }
            var item = item
            item.throttledCount += 1
            gate.add(item, for: provider.destination(of: item.notification), of: ticket.flow, at: now)
        }
        return end
    }

    /// - Parameter again: notes what was taken, and puts an item back that waits for another call.
    private func ended(
        _ ticket: Gate<Item>.Ticket, _ sign: Sign?, at now: ContinuousClock.Instant,
        again: (inout Gate<Item>) -> Void = { _ in }
    ) {
        let looks = state.withLock { state in
            var looks = state.gate.ended(ticket, sign, at: now)
            let waiting = state.gate.waiting.total
            again(&state.gate)
            looks = looks || state.gate.waiting.total > waiting
            guard looks, !state.willLook else { return false }
            state.willLook = true
            return true
        }
        if looks { Task { lookUp() } }
    }

    /// An account that asks for a moment gets the notification again from here, if there is no other provider: a retry delay would be longer.
    private func end(_ item: Item, _ verdict: Verdict, at now: ContinuousClock.Instant) -> End {
        guard case .throttled = verdict, !hasNext, item.throttledCount + 1 < Self.mostCalls, let pause = account.pause(at: now)
        else { return .over }
        return now.duration(to: pause) <= AccountLimiter.moment ? .again : .over
    }
}
