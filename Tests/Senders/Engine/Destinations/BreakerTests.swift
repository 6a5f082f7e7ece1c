import Model
import Runtime
import Testing

@testable import Senders

@Suite("A destination's breaker")
struct BreakerTests {
    enum Step: Sendable {
        case answered, failed, nothing
        /// The end of the probe, for which `beginProbe` must be true.
        case probed(Sign?)
        case wait(Duration)
        case openedElsewhere(Duration)
        case closedElsewhere
    }

    static let start = ContinuousClock.now

    private static func standing(after steps: [Step]) -> Breaker.Standing {
        var now = start
        var breaker = Breaker(at: now)
        for step in steps {
            switch step {
            case .answered: _ = breaker.ended(.answered, isProbe: false, at: now)
            case .failed: _ = breaker.ended(.failed, isProbe: false, at: now)
            case .nothing: _ = breaker.ended(nil, isProbe: false, at: now)
            case .probed(let sign):
                let begins = breaker.beginProbe(at: now)
                #expect(begins)
                let other = breaker.beginProbe(at: now)
                #expect(!other, "a second probe")
                #expect(breaker.standing(at: now) == .open)
                _ = breaker.ended(sign, isProbe: true, at: now)
            case .wait(let time): now += time
            case .openedElsewhere(let time): _ = breaker.openedElsewhere(for: time, at: now)
            case .closedElsewhere: _ = breaker.closedElsewhere(at: now)
            }
        }
        return breaker.standing(at: now)
    }

    static let failures = Array(repeating: Step.failed, count: Breaker.threshold)

    @Test(arguments: [
        ("four failures are no run", Array(repeating: Step.failed, count: 4), Breaker.Standing.closed),
        ("a run opens it", failures, .open),
        ("an answer between ends the run", Array(repeating: .failed, count: 4) + [.answered] + [.failed], .closed),
        ("what shows nothing does not", Array(repeating: .failed, count: 4) + [.nothing] + [.failed], .open),
        ("after its time it may be tried", failures + [.wait(.seconds(5))], .mayProbe),
        ("the call that decides closes it", failures + [.wait(.seconds(5)), .probed(.answered)], .closed),
        ("or opens it again", failures + [.wait(.seconds(5)), .probed(.failed)], .open),
        ("for longer", failures + [.wait(.seconds(5)), .probed(.failed), .wait(.seconds(9))], .open),
        ("by twice the time", failures + [.wait(.seconds(5)), .probed(.failed), .wait(.seconds(10))], .mayProbe),
        ("a call that shows nothing leaves it to the next", failures + [.wait(.seconds(5)), .probed(nil)], .mayProbe),
        ("answers to calls from before do not close it", failures + [.answered, .answered], .open),
        ("failures of calls from before do not lengthen it", failures + [.failed, .wait(.seconds(5))], .mayProbe),
        ("once closed, it takes a run again", failures + [.wait(.seconds(5)), .probed(.answered), .failed], .closed),
        ("another process opens it", [.openedElsewhere(.seconds(20)), .wait(.seconds(19))], .open),
        ("for the time that remains", [.openedElsewhere(.seconds(20)), .wait(.seconds(20))], .mayProbe),
        (
            "and again when that is over", [.openedElsewhere(.seconds(5)), .wait(.seconds(5)), .openedElsewhere(.seconds(10))],
            .open
        ),
        ("and never for long", [.openedElsewhere(.seconds(100_000)), .wait(Breaker.longest)], .mayProbe),
        ("and closes what it opened", [.openedElsewhere(.seconds(20)), .closedElsewhere], .closed),
        ("but not what is known here to be bad", failures + [.closedElsewhere], .open),
        ("nor shortens it", failures + [.openedElsewhere(.seconds(1)), .wait(.seconds(4))], .open),
    ])
    func `opens, decides and closes`(rule: String, steps: [Step], standing: Breaker.Standing) {
        #expect(Self.standing(after: steps) == standing, "\(rule)")
    }

    @Test func `stays open for five minutes at most`() {
        var steps = Self.failures
        for _ in 0..<20 { steps += [.wait(Breaker.longest), .probed(.failed)] }
        #expect(Self.standing(after: steps + [.wait(Breaker.longest)]) == .mayProbe)
        #expect(Self.standing(after: steps + [.wait(Breaker.longest - .seconds(1))]) == .open)
    }
}

@Suite("The breakers of a process")
struct BreakerTableTests {
    private let start = ContinuousClock.now
    private let metrics = Metrics()

    private func table() -> BreakerTable { BreakerTable(medium: .webhook, log: .discarded, metrics: metrics) }

    private func fail(_ table: BreakerTable, _ name: String, times: Int = Breaker.threshold, at now: ContinuousClock.Instant) {
        for _ in 0..<times { table.ended(Destination(name), .failed, isProbe: false, at: now) }
    }

    @Test func `each destination has its own, and the metrics count them`() {
        let table = table()
        fail(table, "https://dead.example", at: start)
        #expect(table.standing(of: Destination("https://dead.example"), at: start) == .open)
        #expect(table.standing(of: Destination("https://alive.example"), at: start) == .closed)
        let open = metrics.gauge("posthorn_sender_breakers_open", "", labels: [("medium", "webhook")])
        #expect(open.value == 1)
        let later = start + .seconds(5)
        #expect(table.beginProbe(of: Destination("https://dead.example"), at: later))
        table.ended(Destination("https://dead.example"), .failed, isProbe: true, at: later)
        #expect(open.value == 1)
        let latest = later + .seconds(10)
        #expect(table.beginProbe(of: Destination("https://dead.example"), at: latest))
        table.ended(Destination("https://dead.example"), .answered, isProbe: true, at: latest)
        #expect(open.value == 0)
    }

    @Test func `however many fail, the table has a limit, and old entries make room`() {
        let table = table()
        for number in 0..<(BreakerTable.capacity) { fail(table, "https://\(number).example", times: 1, at: start) }
        fail(table, "https://one-more.example", at: start)
        #expect(table.standing(of: Destination("https://one-more.example"), at: start) == .closed)
        let later = start + BreakerTable.memory + .seconds(61)
        fail(table, "https://one-more.example", at: later)
        #expect(table.standing(of: Destination("https://one-more.example"), at: later) == .open)
    }
}
