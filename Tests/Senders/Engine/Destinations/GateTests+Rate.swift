import Contract
import Model
import Testing

@testable import Senders

extension GateTests {
    @Test func `only as many pass as there are tokens, and the others wait without being deferred`() {
        var bench = Bench(rate: 100)
        bench.warm(by: 100)
        bench.add(20)
        #expect(bench.running.isEmpty)
        #expect(bench.gate.wantedTokens == 20)
        bench.grant(8)
        #expect(bench.running.count == 8)
        #expect(bench.gate.wantedTokens == 12)
        bench.wait(.seconds(1))
        #expect(bench.deferred.isEmpty)
    }

    @Test func `a token that is not used in time is lost`() {
        var bench = Bench(rate: 100)
        bench.account.granted(bench.tokens(5), until: bench.now + .milliseconds(150), at: bench.now)
        bench.now += .milliseconds(150)
        bench.add(1)
        #expect(bench.running.isEmpty)
    }

    @Test func `no more wait here than get a token in six seconds, and without a set rate no more than half of a window`() {
        var slow = Bench(window: 512, rate: 10)
        slow.add(100)
        #expect(slow.gate.waiting.total == 60)
        #expect(slow.deferred.count == 40)
        #expect(Set(slow.deferred.values) == [.limited])
        var fast = Bench(window: 512, sparse: 128, rate: 100_000)
        fast.add(5_100)
        fast.add(5_001, by: .sparse)
        #expect(fast.gate.waiting[.burst] == 5_000 && fast.gate.waiting[.sparse] == 5_000)
        var unset = Bench(window: 512, sparse: 128)
        unset.account.throttled(for: .seconds(1), at: unset.now)
        unset.add(512)
        unset.add(128, by: .sparse)
        #expect(unset.gate.waiting[.burst] == 256 && unset.gate.waiting[.sparse] == 64)
    }

    @Test func `those that are deferred stay away until shortly before their turn, and then return often`() {
        var bench = Bench(window: 1000, rate: 10)
        bench.add(1000)
        let waits = bench.waits.values.map { $0 / .seconds(1) }
        #expect(waits.count == 940)
        #expect(waits.allSatisfy { $0 >= 5 && $0 <= 91 })
        #expect(waits.max()! > 89)
        bench.waits = [:]
        bench.add(100, hasTurn: true)
        #expect(bench.waits.count == 100 && bench.waits.values.allSatisfy { $0 == LimitBacklog.soon })
    }

    @Test func `a lane that stops lets go what waits for the account`() {
        var bench = Bench(rate: 10)
        bench.add(60)
        #expect(bench.gate.waiting.total == 60)
        bench.gate.isLettingGo = true
        bench.lookUp()
        #expect(bench.gate.waiting.total == 0)
        #expect(bench.deferred.count == 60 && Set(bench.deferred.values) == [.limited])
    }

    @Test(arguments: [(taken: 0, after: 0, Deferral.throttled), (100, 5, .limited), (100, 16, .throttled)])
    func `an account without a rate that takes some is limited, and one that takes nothing is not`(
        taken: Int, after: Int, why: Deferral
    ) {
        var bench = Bench(window: 64)
        for _ in 0..<taken { bench.gate.backlog.passed(at: bench.now) }
        bench.wait(.seconds(after))
        bench.account.throttled(for: .seconds(1), at: bench.now)
        bench.add(60)
        #expect(Set(bench.deferred.values) == [why])
    }

    @Test func `an account that has shown its rate asks for room for what it takes in two seconds`() {
        var bench = Bench(window: 64)
        for _ in 0..<200 { bench.gate.backlog.passed(at: bench.now) }
        bench.now += .seconds(1)
        bench.account.throttled(for: .seconds(1), at: bench.now)
        bench.add(600)
        #expect(bench.gate.wantedReserve == 512)
        #expect(bench.gate.waiting.total == 32)
        bench.gate.limits.resize(to: [.burst: 64], reserve: 512)
        bench.add(600)
        #expect(bench.gate.waiting.total == 544)
    }

    @Test func `an account with another provider beside it asks for no room`() {
        var bench = Bench(window: 64, hasNext: true)
        for _ in 0..<200 { bench.gate.backlog.passed(at: bench.now) }
        bench.now += .seconds(1)
        bench.account.throttled(for: .seconds(1), at: bench.now)
        bench.add(600)
        #expect(bench.gate.wantedReserve == 0)
    }

    @Test func `on the priority lane, another provider may have what waits longer than a quarter of a second`() {
        var bench = Bench(rate: 10, lane: .priority, hasNext: true)
        bench.add(1)
        bench.wait(.milliseconds(249))
        #expect(bench.deferred.isEmpty)
        bench.wait(.milliseconds(1))
        #expect(bench.deferred == [1: .limited])
        #expect(bench.waits.isEmpty)
    }

    @Test func `while an account asks to be left alone for a moment, nothing calls it and some wait for it`() {
        var bench = Bench(window: 64)
        bench.add(2)
        bench.account.throttled(for: .seconds(1), at: bench.now)
        bench.add(60)
        #expect(bench.running.count == 2)
        #expect(bench.gate.waiting.total == 32)
        #expect(Set(bench.deferred.values) == [.throttled])
        bench.wait(.milliseconds(999))
        #expect(bench.running.count == 2)
        bench.wait(.milliseconds(1))
        #expect(bench.running.count > 2)
    }

    @Test func `an account that asks to be left alone for long has nothing waiting here`() {
        var bench = Bench()
        bench.account.throttled(for: .seconds(60), at: bench.now)
        bench.add(10)
        #expect(bench.deferred.count == 10)
        #expect(bench.waits.values.allSatisfy { $0 == .seconds(60) })
    }

    @Test func `a call has no more notifications than there are tokens`() {
        var bench = Bench(window: 4096, batch: 100, rate: 1000)
        bench.add(50)
        bench.grant(30)
        #expect(bench.calls.map(\.count) == [30])
    }
}

extension GateTests.Bench {
    func tokens(_ count: Int) -> TokensByLane {
        var tokens = TokensByLane.zero
        tokens[.normal] = count
        return tokens
    }

    mutating func grant(_ count: Int) {
        account.granted(tokens(count), until: now + .milliseconds(150), at: now)
        lookUp()
    }

    /// Lets the destination answer so many.
    mutating func warm(by count: Int) {
        for _ in 0..<count {
            add(1)
            grant(1)
            end(1)
        }
    }
}
