import Testing

@testable import Database

@Suite struct PoolLedgerTests {
    @Test func waitersGetConnectionsInOrderOfArrival() {
        var ledger = PoolLedger(size: 1, waitingLimit: 10)
        #expect(ledger.admit(1) == .take(0))
        for waiter in 2...200 { _ = ledger.admit(waiter) }
        #expect(ledger.waitingCount == 10)
        let served = (2...11).map { _ in ledger.release(0) }
        #expect(served == (2...11).map { Optional($0) })
        #expect(ledger.release(0) == nil)
        #expect(ledger.inUse == 0)
    }

    @Test func theMostRecentlyUsedConnectionIsUsedFirst() {
        var ledger = PoolLedger(size: 3, waitingLimit: 10)
        let admitted = (1...3).map { ledger.admit($0) }
        #expect(admitted == [.take(0), .take(1), .take(2)])
        #expect(ledger.release(1) == nil)
        #expect(ledger.release(0) == nil)
        #expect(ledger.admit(4) == .take(0))
    }

    @Test func aCallerBeyondTheWaitingLimitIsRejected() {
        var ledger = PoolLedger(size: 1, waitingLimit: 1)
        #expect(ledger.admit(1) == .take(0))
        #expect(ledger.admit(2) == .wait)
        #expect(ledger.admit(3) == .refuse(.overloaded(waiting: 1)))
    }

    @Test func anAbandonedWaiterIsSkipped() {
        var ledger = PoolLedger(size: 1, waitingLimit: 10)
        for waiter in 1...3 { _ = ledger.admit(waiter) }
        #expect(ledger.abandon(2) == true)
        #expect(ledger.abandon(2) == false)
        #expect(ledger.waitingCount == 1)
        #expect(ledger.release(0) == 3)
        #expect(ledger.abandon(3) == false)
    }

    @Test func closeRejectsWaitersAndLaterCallers() {
        var ledger = PoolLedger(size: 1, waitingLimit: 10)
        for waiter in 1...3 { _ = ledger.admit(waiter) }
        #expect(ledger.close() == [2, 3])
        #expect(ledger.admit(4) == .refuse(.closed))
        #expect(ledger.release(0) == nil)
        #expect(ledger.inUse == 0)
    }

    @Test func aLongQueueKeepsItsOrder() {
        var ledger = PoolLedger(size: 1, waitingLimit: 10_000)
        for waiter in 0...1000 { _ = ledger.admit(waiter) }
        for waiter in stride(from: 1, through: 1000, by: 2) { #expect(ledger.abandon(waiter) == true) }
        let served = (0..<500).map { _ in ledger.release(0) }
        #expect(served == stride(from: 2, through: 1000, by: 2).map { Optional($0) })
    }
}
