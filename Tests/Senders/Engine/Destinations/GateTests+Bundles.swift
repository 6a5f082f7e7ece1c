import Testing

@testable import Senders

extension GateTests {
    @Test func `a call takes as many as go into it, and each call counts once`() {
        var bench = Bench(window: 4096, atOnce: 8, batch: 100)
        bench.add(350)
        #expect(bench.calls.map(\.count) == [100, 100])
        bench.end(100)
        #expect(bench.calls.map(\.count) == [100, 100, 100, 50])
        #expect(bench.deferred.isEmpty)
    }

    @Test func `a call is open until its last notification has its verdict`() {
        var bench = Bench(window: 4096, atOnce: 4, batch: 10)
        bench.add(20)
        #expect(bench.calls.count == 1)
        bench.end(9)
        #expect(bench.calls.count == 1)
        bench.end(1)
        #expect(bench.calls.count == 2)
    }

    @Test func `one answer is enough for a call to count as answered, and a call without any is one failure`() {
        var bench = Bench(window: 4096, atOnce: 4, batch: 10)
        for _ in 0..<Breaker.threshold - 1 {
            bench.add(10)
            bench.end(10, .failed)
        }
        #expect(bench.deferred.isEmpty)
        bench.add(10)
        bench.end(9, .failed)
        bench.end(1, .answered)
        bench.add(10)
        #expect(bench.running.count == 10)
        for _ in 0..<Breaker.threshold {
            bench.end(10, .failed)
            bench.add(10)
        }
        #expect(Set(bench.deferred.values) == [.breakerOpen])
    }

    @Test func `a call waits until it is full, and no longer than its delay`() {
        var bench = Bench(window: 4096, batch: 10, batchDelay: .milliseconds(50))
        bench.add(4)
        bench.wait(.milliseconds(30))
        #expect(bench.calls.isEmpty)
        bench.add(6)
        #expect(bench.calls.map(\.count) == [10])
        bench.add(3)
        #expect(bench.gate.nextLook == bench.now + .milliseconds(50))
        bench.wait(.milliseconds(49))
        #expect(bench.calls.count == 1)
        bench.wait(.milliseconds(1))
        #expect(bench.calls.map(\.count) == [10, 3])
    }

    @Test func `on the priority lane no call waits for more`() {
        var bench = Bench(window: 4096, batch: 10, batchDelay: .seconds(5), lane: .priority)
        bench.add(3)
        #expect(bench.calls.map(\.count) == [3])
    }

    @Test func `services take turns within a call`() {
        var bench = Bench(window: 4096, atOnce: 1, batch: 4)
        bench.add(4)
        bench.add(100, of: "acme")
        bench.add(2, of: "other")
        bench.end(4)
        #expect(bench.running.suffix(4).map(\.ticket.flow.tenant.text) == ["acme", "other", "acme", "other"])
    }

    @Test func `a call to a destination that does not answer takes no more than its share of the window`() {
        var bench = Bench(window: 64, atOnce: 8, batch: 100)
        bench.add(64)
        // Half of the window for one service.
        #expect(bench.calls.map(\.count) == [32])
    }

    @Test func `a probe is a call with one notification`() {
        var bench = Bench(window: 4096, atOnce: 8, batch: 10)
        for _ in 0..<Breaker.threshold {
            bench.add(1)
            bench.end(1, .failed)
        }
        bench.wait(.seconds(5))
        bench.add(10)
        #expect(bench.calls.last?.count == 1)
        #expect(bench.deferred.count == 9)
    }
}
