import Contract
import Model
import Runtime
import Synchronization
import Testing

@testable import Senders

@Suite("An account's rate in a process", .timeLimit(.minutes(1)))
struct AccountLimiterTests {
    private let now = ContinuousClock.now
    private let account = AccountLimiter("a", rate: AccountRate(perSecond: 100), medium: .webhook, metrics: Metrics())

    @Test func `what did not use its tokens in time demands some again`() async {
        var needs = account.needs.makeAsyncIterator()
        account.want(5, .bulk)
        #expect(await needs.next() == .usual)
        let demand = account.demand(at: now)
        #expect(demand?.wanted.total == 5)
        account.granted(demand!.wanted, until: now + .milliseconds(150), at: now)
        #expect(account.demand(at: now) == nil)
        account.want(5, .bulk)
        #expect(await needs.next() == .usual)
        #expect(account.demand(at: now + .milliseconds(150))?.wanted.total == 5)
    }

    @Test func `a login code demands one at once, although others demand some already`() async {
        var needs = account.needs.makeAsyncIterator()
        account.want(5, .bulk)
        account.want(1, .priority)
        #expect(await needs.next() == .usual)
        #expect(await needs.next() == .urgent)
    }

    @Test func `when tokens come, the priority lane looks first, and a lane without waiting messages does not`() {
        let looks = LookOrder()
        for lane in Lane.allCases { account.register(lane) { looks.add(lane) } }
        account.want(1, .bulk)
        account.want(1, .priority)
        account.granted(.zero, until: now + .seconds(1), at: now)
        #expect(looks.lanes == [.priority, .bulk])
    }

    @Test func `the granter is notified once of an account that asks to be left alone`() async {
        var needs = account.needs.makeAsyncIterator()
        account.throttled(for: .seconds(2), at: now)
        account.throttled(for: .seconds(2), at: now + .milliseconds(20))
        #expect(await needs.next() == .urgent)
        #expect(account.pause(at: now + .milliseconds(1999)) == now + .seconds(2))
        #expect(account.pause(at: now + .seconds(2)) == nil)
        account.throttled(for: .seconds(2), at: now)
        #expect(account.demand(at: now)?.pausedFor == .seconds(2))
        #expect(account.demand(at: now) == nil)
    }
}

private final class LookOrder: Sendable {
    private let order = Mutex<[Lane]>([])

    var lanes: [Lane] { order.withLock { $0 } }

    func add(_ lane: Lane) { order.withLock { $0.append(lane) } }
}
