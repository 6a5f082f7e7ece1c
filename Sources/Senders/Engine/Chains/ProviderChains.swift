import Model

/// Takes notifications of one lane through their chains. If a provider has certainly not sent, the next is tried at once.
struct ProviderChains: Sendable {
    /// By place.
    private let providers: [GatedProvider]
    private let selection: ChainSelection
    /// Nil if no chain has weights.
    private let weights: WeightTable?
    private let draw: @Sendable () -> Double

    /// - Parameters:
    ///   - providers: at least one, all of one medium.
    ///   - draw: random, 0 to 1.
    init(
        _ providers: [GatedProvider], _ selection: ChainSelection, weights: WeightTable? = nil,
        draw: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
    ) {
        precondition(!providers.isEmpty, "a medium has at least one provider")
        self.providers = providers
        self.selection = selection
        self.weights = weights
        self.draw = draw
    }

    /// - Parameter report: called exactly once for each index.
    func deliver(_ notifications: [Notification], report: @escaping @Sendable (Int, Outcome) -> Void) {
        if let order = selection.fixed, !notifications.contains(where: { $0.reconciliation != nil }) {
            attempt(notifications, by: order[...], after: Skipped(), report: report)
        } else {
            deliverByOrders(notifications, report: report)
        }
    }

    /// Those with the same order stay together. What may have been sent is asked about first.
    private func deliverByOrders(_ notifications: [Notification], report: @escaping @Sendable (Int, Outcome) -> Void) {
        let levels = currentLevels()
        var groups: [[Int]: [Int]] = [:]
        for (index, notification) in notifications.enumerated() {
            if let question = notification.reconciliation {
                ask(question, about: notification) { report(index, $0) }
            } else {
                groups[selection.chain(for: notification).order(levels, draw: draw()), default: []].append(index)
            }
        }
        for (order, indices) in groups {
            attempt(indices.map { notifications[$0] }, by: order[...], after: Skipped()) { place, outcome in
                report(indices[place], outcome)
            }
        }
    }

    private func currentLevels() -> [Int] { weights?.levels() ?? Array(repeating: 100, count: providers.count) }

    /// The providers that have not sent a notification.
    private struct Skipped {
        var failures: [FailedTry] = []
        /// Why the last one that was called could not send; nil if none was called.
        var why: String?

        /// The verdict if the last one was not called. An attempt is spent only if another was.
        func withoutCall(_ deferral: Deferral, after wait: Duration?) -> FinalVerdict {
            why.map { .retry(after: wait, why: $0) } ?? .deferred(why: deferral, after: wait)
        }
    }

    /// - Parameter order: what is left of it; not empty.
    private func attempt(
        _ notifications: [Notification], by order: ArraySlice<Int>, after skipped: Skipped,
        report: @escaping @Sendable (Int, Outcome) -> Void
    ) {
        let place = order.first!
        let provider = providers[place].provider
        providers[place].deliver(notifications) { index, end in
            weigh(end, of: place)
            var skipped = skipped
            if let why = end.verdict.failure {
                skipped.failures.append(
                    FailedTry(
                        attempt: notifications[index].attempt, provider: provider.name, verdict: end.verdict.kind, reason: why,
                        at: .now, took: end.took))
            }
            func outcome(_ verdict: FinalVerdict, _ finding: NotificationEvent.EndpointFinding = .none) -> Outcome {
                Outcome(verdict: verdict, provider: provider.name, failures: skipped.failures, finding: finding)
            }
            let last: FinalVerdict
            switch end.verdict.chainStep {
            case .conclude(.unknown(let why)) where providers[place].canReconcile:
                return report(index, outcome(.unresolved(why: why)))
            case .conclude(let verdict):
                return report(index, outcome(verdict, end.verdict.finding(by: provider.reach)))
            case .tryNext(let why):
                skipped.why = why
                last = .retry(after: nil, why: why)
            case .skip(let why, let wait): last = skipped.withoutCall(why, after: wait)
            case .wait(let why, let wait): return report(index, outcome(skipped.withoutCall(why, after: wait)))
            }
            guard order.count > 1 else { return report(index, outcome(last)) }
            attempt([notifications[index]], by: order.dropFirst(), after: skipped) { _, outcome in report(index, outcome) }
        }
    }

    /// Asks the provider that may have sent it. If it has not, the next attempt begins at once, with all providers.
    private func ask(
        _ question: Reconciliation, about notification: Notification, report: @escaping @Sendable (Outcome) -> Void
    ) {
        @Sendable func answer(_ verdict: FinalVerdict) -> Outcome {
            Outcome(verdict: verdict, provider: question.provider, failures: [], source: .question)
        }
        guard let place = providers.firstIndex(where: { $0.provider.name == question.provider && $0.canReconcile }) else {
            return report(answer(.unknown(why: "\(question.provider) can no longer be asked")))
        }
        providers[place].deliver([notification]) { _, end in
            switch end.verdict.chainStep {
            case .conclude(.unknown(let why)): report(answer(.unresolved(why: why)))
            case .conclude(let verdict): report(answer(verdict))
            case .skip(let why, let wait): report(answer(.deferred(why: why, after: wait)))
            case .wait(let why, let wait): report(answer(.deferred(why: why, after: wait)))
            case .tryNext:
                var notification = notification
                notification.reconciliation = nil
                let order = selection.chain(for: notification).order(currentLevels(), draw: draw())
                attempt([notification], by: order[...], after: Skipped()) { _, outcome in report(outcome) }
            }
        }
    }

    private func weigh(_ end: CallEnd, of place: Int) {
        guard let weights, let took = end.took, let sign = end.verdict.sign else { return }
        weights.ended(place, sign, after: took)
    }
}

extension Verdict {
    /// What it says about the endpoint itself.
    fileprivate func finding(by reach: ProviderReach) -> NotificationEvent.EndpointFinding {
        switch self {
        case .endpointGone: .gone
        case .retry, .refused: .failing
        case .failing: reach == .endpoints ? .failing : .none
        case .delivered, .accepted, .sent, .unavailable, .unsendable, .unknown, .throttled, .deferred, .cancelled: .none
        }
    }

    /// Why it failed; nil for a success.
    fileprivate var failure: String? {
        switch self {
        case .delivered, .accepted, .sent, .cancelled: nil
        case .deferred(let why, _): why.description
        case .retry(_, let why), .failing(_, let why), .unavailable(let why), .refused(let why), .unsendable(let why),
            .endpointGone(let why), .unknown(let why), .throttled(_, let why):
            why
        }
    }
}
