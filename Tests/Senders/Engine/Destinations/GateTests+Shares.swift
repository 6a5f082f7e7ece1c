import Model
import Testing

@testable import Senders

// Shares of a window for destinations that do not answer, or only slowly.
extension GateTests {
    @Test func `a service that has used up its share does not block others at a destination`() {
        var bench = Bench(window: 64)
        for number in 0..<60 { bench.add(1, to: "a\(number)", of: "acme") }
        bench.add(5, to: "b", of: "acme")
        bench.add(1, to: "b", of: "other")
        #expect(bench.running.last?.ticket.flow.tenant.text == "other")
    }

    @Test func `however many destinations hang, a service gets half of the window and all together three quarters`() {
        var bench = Bench(window: 64)
        for number in 0..<60 { bench.add(1, to: "a\(number)", of: "acme") }
        #expect(bench.running.count == 32)
        for number in 0..<60 { bench.add(1, to: "b\(number)", of: "other") }
        #expect(bench.running.count == 48)
        bench.wait(.seconds(1))
        #expect(Set(bench.deferred.values) == [.busy])
        #expect(bench.gate.waiting.total == 0)
    }

    @Test func `each queue of a lane has shares of its own window, however large the other's is`() {
        var bench = Bench(window: 64, sparse: 16)
        for number in 0..<60 { bench.add(1, to: "a\(number)", of: "acme", by: .sparse) }
        #expect(bench.running.count == 8)
        for number in 0..<60 { bench.add(1, to: "b\(number)", of: "other", by: .sparse) }
        #expect(bench.running.count == 12)
        for number in 0..<60 { bench.add(1, to: "c\(number)", of: "acme", by: .burst) }
        #expect(bench.running.count == 12 + 32)
        bench.wait(.seconds(1))
        #expect(bench.gate.waiting.total == 0)
    }

    @Test func `one that answers slowly leaves room for what others send in a sparse flow`() {
        var bench = Bench(window: 64, sparse: 128, atOnce: 128)
        bench.add(8, to: "slow", by: .sparse)
        bench.wait(.seconds(4))
        bench.end(8)
        // A second of as many as a service may send at any time.
        for _ in 0..<20 {
            bench.wait(.milliseconds(50))
            bench.add(4, to: "slow", by: .sparse)
        }
        #expect(bench.running.count + bench.gate.waiting.total <= 64 + 20)
        #expect(Set(bench.deferred.values).isSubset(of: [.stalled, .busy]) && !bench.deferred.isEmpty)
    }

    @Test func `where they hang, one that answers goes on`() {
        var bench = Bench(window: 64)
        bench.add(1, to: "good", of: "other")
        bench.end(1)
        for number in 0..<60 { bench.add(1, to: "a\(number)", of: "acme") }
        for number in 0..<60 { bench.add(1, to: "b\(number)", of: "third") }
        let hanging = bench.running.count
        bench.add(5, to: "good", of: "other")
        #expect(bench.running.count == hanging + 5)
    }
}
