import Testing

@testable import Gateway

@Suite struct GroupCommitTests {
    private typealias Groups = GroupCommit<Int>

    /// One in which as many groups are under way as need not wait.
    private func busy(capacity: Int = 3) -> Groups {
        var groups = Groups(capacity: capacity)
        for number in 0..<Groups.freeGroups { _ = groups.add(-number) }
        return groups
    }

    @Test func letsNobodyWaitWhileFewAreUnderWay() {
        var groups = Groups(capacity: 3)
        for number in 0..<Groups.freeGroups { #expect(groups.add(number) == [number]) }
        #expect(groups.add(99) == nil)
    }

    @Test func collectsUntilOneIsOver() {
        var groups = busy()
        #expect(groups.add(1) == nil)
        #expect(groups.add(2) == nil)
        #expect(groups.finish() == [1, 2])
        #expect(groups.add(3) == nil)
    }

    @Test func letsAFullGroupGoAtOnce() {
        var groups = busy()
        #expect(groups.add(1) == nil)
        #expect(groups.add(2) == nil)
        #expect(groups.add(3) == [1, 2, 3])
        #expect(groups.add(4) == nil)
        #expect(groups.finish() == nil)
        #expect(groups.finish() == [4])
    }

    @Test func makesEveryGroupOfOneWhereNobodyMayWait() {
        var groups = busy(capacity: 1)
        #expect(groups.add(1) == [1])
        #expect(groups.add(2) == [2])
    }

    @Test func isIdleAgainWhenAllAreOver() {
        var groups = busy()
        #expect(groups.add(1) == nil)
        for _ in 0..<Groups.freeGroups {
            #expect(!groups.isIdle)
            _ = groups.finish()
        }
        #expect(!groups.isIdle)
        #expect(groups.finish() == nil)
        #expect(groups.isIdle)
    }
}
