import Testing

@testable import Senders

@Suite("The workers of a lane follow its settings")
struct LaneRosterTests {
    /// Carries out everything, with each start a success, and returns what was done.
    private func settle(_ roster: inout LaneRoster) -> [LaneRoster.Action] {
        var actions: [LaneRoster.Action] = []
        while let action = roster.next() {
            actions.append(action)
            if case .start(let id, _) = action { roster.started(id) }
        }
        return actions
    }

    private func share(_ prefetch: Int) -> LaneSizes.Share { LaneSizes.Share(prefetch: prefetch, reserve: 0) }

    private func running(_ consumers: Int, prefetch: Int = 64) -> LaneRoster {
        var roster = LaneRoster()
        roster.want(consumers, share(prefetch))
        _ = settle(&roster)
        return roster
    }

    @Test func `as many workers start as are wanted`() {
        var roster = LaneRoster()
        roster.want(2, share(64))
        #expect(settle(&roster) == [.start(1, share(64)), .start(2, share(64))])
        #expect(roster.running == 2)
    }

    @Test func `a worker too many finishes what it has received`() {
        var roster = running(3)
        roster.want(1, share(64))
        #expect(settle(&roster) == [.retire(1), .retire(2)])
        #expect((roster.running, roster.leaving) == (1, 2))
        roster.left(1)
        roster.left(2)
        #expect(roster.leaving == 0)
    }

    @Test func `with another prefetch the new workers start before the earlier ones retire`() {
        var roster = running(2)
        roster.want(2, share(128))
        #expect(settle(&roster) == [.start(3, share(128)), .start(4, share(128)), .retire(1), .retire(2)])
    }

    @Test func `a pause stops all, also those that retire`() {
        var roster = running(2)
        roster.want(1, share(64))
        #expect(settle(&roster) == [.retire(1)])
        roster.want(0, share(64))
        #expect(settle(&roster) == [.stop(1), .stop(2)])
        #expect((roster.running, roster.leaving) == (0, 2))
    }

    @Test func `a lane is resumed while earlier workers still settle`() {
        var roster = running(1)
        roster.want(0, share(64))
        _ = settle(&roster)
        roster.want(1, share(64))
        #expect(settle(&roster) == [.start(2, share(64))])
        #expect((roster.running, roster.leaving) == (1, 1))
    }

    @Test func `what runs continues while its successors cannot start`() {
        var roster = running(1)
        roster.want(1, share(128))
        #expect(roster.next() == .start(2, share(128)))
        roster.failed(2)
        #expect(roster.next() == nil)
        #expect(roster.running == 1)
        roster.retry()
        #expect(settle(&roster) == [.start(3, share(128)), .retire(1)])
    }

    @Test func `a lane that cannot start workers can be paused`() {
        var roster = running(1)
        roster.want(2, share(64))
        #expect(roster.next() == .start(2, share(64)))
        roster.failed(2)
        roster.want(0, share(64))
        #expect(settle(&roster) == [.stop(1)])
    }

    @Test func `however often the settings change, the number of workers is bounded`() {
        var roster = running(32)
        var actions = 0
        for prefetch in 65...75 {
            roster.want(32, share(prefetch))
            actions += settle(&roster).count
        }
        #expect(roster.running + roster.leaving == LaneRoster.capacity)
        for id in 1...64 { roster.left(id) }
        _ = settle(&roster)
        #expect(roster.running + roster.leaving <= LaneRoster.capacity)
        #expect(roster.running >= 32)
    }
}
