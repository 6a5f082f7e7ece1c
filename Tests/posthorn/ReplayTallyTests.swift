import Testing

@testable import posthorn

@Suite("A replay says what it did and what stays")
struct ReplayTallyTests {
    @Test func `what cannot be replayed is listed by reason, the most frequent first`() {
        var tally = ReplayTally()
        tally.add(replayed: 1204)
        for _ in 0..<2 { tally.add(obstacle: "only a part of it was kept") }
        tally.add(obstacle: "it has no message_id")
        #expect(tally.count == 1207 && tally.kept == 3)
        #expect(
            tally.lines("replayed", seconds: 12.04) == [
                "replayed 1,204 messages, 100/s; 3 messages cannot be replayed and stay:", "  2  only a part of it was kept",
                "  1  it has no message_id",
            ])
    }

    @Test func `a single message is in the singular`() {
        var tally = ReplayTally()
        tally.add(replayed: 1)
        tally.add(obstacle: "why")
        #expect(tally.lines("would replay")[0] == "would replay 1 message; 1 message cannot be replayed and stays:")
    }

    @Test(arguments: [(1, 1), (100, 10), (10_000, 500)])
    func `a group is a tenth of a second's messages`(rate: Int, size: Int) {
        #expect(ReplayPace(rate: rate, from: .now).groupSize == size)
    }

    @Test func `groups are spread evenly`() {
        let start = ContinuousClock.now
        var pace = ReplayPace(rate: 100, from: start)
        #expect((0..<4).map { _ in pace.take(10) } == (0..<4).map { start + .milliseconds(100 * $0) })
    }
}
