/// How much of its weight each provider has: less after many errors or slow answers, and step by step all of it again when it has been quiet.
/// Pure.
struct ProviderWeights: Sendable {
    struct Figures: Sendable, Equatable {
        /// So many errors within the span cost one step.
        var errors = 50
        /// Also the shortest time between two steps down.
        var span = Duration.seconds(60)
        /// A call that takes longer is slow.
        var slow = Duration.seconds(10)
        /// This share of slow calls costs one step, out of at least `enough` within `slowSpan`.
        var slowShare = 0.15
        var enough = 20
        var slowSpan = Duration.seconds(15 * 60)
        /// In percent of the configured weight.
        var step = 10
        /// How long there was no cause for a step down before the first step up.
        var quiet = Duration.seconds(15 * 60)
        /// The time between steps up.
        var returning = Duration.seconds(5 * 60)
    }

    enum Cause: Equatable, Sendable {
        case errors, slowness, quiet
    }

    struct Change: Equatable, Sendable {
        let place: Int
        /// In percent of the configured weight.
        let level: Int
        let cause: Cause
    }

    private struct State {
        var level = 100
        /// The last errors, at most as many as cost a step.
        var errors: [ContinuousClock.Instant] = []
        var calls: SlidingShare
        /// When there was last a cause for a step down.
        var lastCause: ContinuousClock.Instant?
        var lastStepDown: ContinuousClock.Instant?
        var lastStepUp: ContinuousClock.Instant?
    }

    private let figures: Figures
    private var states: [State]

    init(count: Int, figures: Figures = Figures()) {
        self.figures = figures
        states = Array(repeating: State(calls: SlidingShare(span: figures.slowSpan)), count: count)
    }

    /// By place, in percent of the configured weight.
    var levels: [Int] { states.map(\.level) }

    /// Records the end of a call.
    mutating func ended(_ place: Int, _ sign: Sign, after took: Duration, at now: ContinuousClock.Instant) -> Change? {
        let isSlow = took > figures.slow
        states[place].calls.add(isSlow, at: now)
        if sign == .failed {
            states[place].errors.append(now)
            if states[place].errors.count > figures.errors { states[place].errors.removeFirst() }
        }
        if states[place].errors.count == figures.errors, states[place].errors[0] >= now - figures.span {
            return stepDown(place, .errors, at: now)
        }
        let calls = states[place].calls.total(at: now)
        if isSlow, calls.all >= figures.enough, Double(calls.counted) >= figures.slowShare * Double(calls.all) {
            return stepDown(place, .slowness, at: now)
        }
        return nil
    }

    /// The steps up that are due.
    mutating func advance(to now: ContinuousClock.Instant) -> [Change] {
        states.indices.compactMap { place in
            let state = states[place]
            guard state.level < 100, let cause = state.lastCause, now >= cause + figures.quiet else { return nil }
            if let last = state.lastStepUp, last > cause, now < last + figures.returning { return nil }
            states[place].level = min(100, state.level + figures.step)
            states[place].lastStepUp = now
            return Change(place: place, level: states[place].level, cause: .quiet)
        }
    }

    private mutating func stepDown(_ place: Int, _ cause: Cause, at now: ContinuousClock.Instant) -> Change? {
        states[place].lastCause = now
        if let last = states[place].lastStepDown, now < last + figures.span { return nil }
        // The next step needs causes of its own.
        states[place].errors = []
        states[place].calls = SlidingShare(span: figures.slowSpan)
        states[place].lastStepDown = now
        guard states[place].level > 0 else { return nil }
        states[place].level = max(0, states[place].level - figures.step)
        return Change(place: place, level: states[place].level, cause: cause)
    }
}
