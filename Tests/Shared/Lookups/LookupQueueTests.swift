import Lookups
import Testing

@Suite struct LookupQueueTests {
    private typealias Queue = LookupQueue<String, Int, Int>

    private func name(_ action: Queue.Action) -> String {
        switch action {
        case .ask: "ask"
        case .wait: "wait"
        case .refuse: "refuse"
        }
    }

    @Test func asksOnceForAKeyThatManyWant() {
        var queue = Queue(underWayLimit: 4, callerLimit: 100)
        #expect((1...3).map { name(queue.join("a", $0, by: $0)) } == ["ask", "wait", "wait"])
        let (waiters, next) = queue.finish("a")
        #expect(waiters == [1, 2, 3] && next == nil)
        #expect(name(queue.join("a", 4, by: 1)) == "ask")
    }

    @Test func asksForFewKeysAtATimeAndForTheOthersInTheirOrder() {
        var queue = Queue(underWayLimit: 2, callerLimit: 100)
        #expect(["a", "b", "c", "d"].map { name(queue.join($0, 0, by: 1)) } == ["ask", "ask", "wait", "wait"])
        #expect(queue.finish("b").next == "c")
        #expect(queue.finish("a").next == "d")
        #expect(queue.finish("c").next == nil && queue.finish("d").next == nil)
        #expect(name(queue.join("e", 0, by: 1)) == "ask")
    }

    @Test func letsPartiesTakeTurns() {
        var queue = Queue(underWayLimit: 1, callerLimit: 100)
        for key in ["a", "b", "c", "d"] { _ = queue.join(key, 0, by: 1) }
        for key in ["x", "y"] { _ = queue.join(key, 0, by: 2) }
        var asked = ["a"]
        while let next = queue.finish(asked.last!).next { asked.append(next) }
        #expect(asked == ["a", "b", "x", "c", "y", "d"])
    }

    @Test func turnsAPartyAwayThatHoldsAsManyPlacesAsAreFreeAndNobodyElse() {
        var queue = Queue(underWayLimit: 1, callerLimit: 8)
        let actions = (0..<6).map { name(queue.join("key \($0)", 0, by: 1)) }
        #expect(actions == ["ask", "wait", "wait", "wait", "refuse", "refuse"])
        #expect(name(queue.join("other", 0, by: 2)) == "wait")
        _ = queue.finish("key 0")
        #expect(name(queue.join("key 9", 0, by: 1)) == "wait")
    }
}
