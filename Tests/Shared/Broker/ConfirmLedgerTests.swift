import Testing

@testable import Broker

@Suite struct ConfirmLedgerTests {
    private func ledger(_ entries: String...) -> ConfirmLedger<String> {
        var ledger = ConfirmLedger<String>()
        for entry in entries { ledger.publish(entry) }
        return ledger
    }

    private func returned(_ key: String) -> ReturnedMessage {
        ReturnedMessage(exchange: "x", routingKey: key, messageID: nil, code: 312, text: "NO_ROUTE")
    }

    @Test func settlesOneByItsNumber() {
        var ledger = ledger("a", "b", "c")
        let settled = ledger.settle(2, multiple: false, isConfirmed: true)
        #expect(settled.map(\.entry) == ["b"])
        #expect(settled.map(\.outcome) == [.confirmed])
        #expect(ledger.outstanding == 2)
    }

    @Test func settlesAllUpToANumberAndNoneTwice() {
        var ledger = ledger("a", "b", "c", "d")
        #expect(ledger.settle(2, multiple: false, isConfirmed: true).count == 1)
        #expect(ledger.settle(3, multiple: true, isConfirmed: true).map(\.entry) == ["a", "c"])
        #expect(ledger.settle(3, multiple: true, isConfirmed: true).isEmpty)
        #expect(ledger.settle(2, multiple: false, isConfirmed: false).isEmpty)
        #expect(ledger.outstanding == 1)
    }

    @Test func continuesNumberingAfterAllIsSettled() {
        var ledger = ledger("a", "b")
        _ = ledger.settle(2, multiple: true, isConfirmed: true)
        ledger.publish("c")
        #expect(ledger.settle(3, multiple: false, isConfirmed: true).map(\.entry) == ["c"])
        #expect(ledger.outstanding == 0)
    }

    @Test func reportsRefusedMessages() {
        var ledger = ledger("a", "b")
        #expect(ledger.settle(2, multiple: true, isConfirmed: false).map(\.outcome) == [.refused, .refused])
    }

    @Test func aReturnedMessageFailsAlthoughItIsConfirmed() {
        var ledger = ledger("a", "b", "c")
        ledger.markReturned(returned("b")) { $0 == "b" }
        #expect(
            ledger.settle(3, multiple: true, isConfirmed: true).map(\.outcome) == [
                .confirmed, .returned(returned("b")), .confirmed,
            ])
    }

    @Test func assignsReturnsOfEqualMessagesToDifferentEntries() {
        var ledger = ledger("a", "a")
        ledger.markReturned(returned("a")) { $0 == "a" }
        ledger.markReturned(returned("a")) { $0 == "a" }
        let outcomes = ledger.settle(2, multiple: true, isConfirmed: true).map(\.outcome)
        #expect(outcomes == [.returned(returned("a")), .returned(returned("a"))])
    }

    @Test func abandonReturnsUnsettledEntriesAndRestartsNumbering() {
        var ledger = ledger("a", "b", "c")
        _ = ledger.settle(2, multiple: false, isConfirmed: true)
        #expect(ledger.abandon() == ["a", "c"])
        ledger.publish("d")
        #expect(ledger.settle(1, multiple: false, isConfirmed: true).map(\.entry) == ["d"])
    }

    @Test(arguments: [(0 as UInt64, true), (0, false), (9, false), (UInt64.max, false)])
    func ignoresUnknownNumbers(number: UInt64, multiple: Bool) {
        var ledger = ledger("a", "b")
        #expect(ledger.settle(number, multiple: multiple, isConfirmed: true).isEmpty)
        #expect(ledger.outstanding == 2)
    }

    @Test func settlesEveryMessageOnceInALongRandomRun() {
        var ledger = ConfirmLedger<Int>()
        var settled: Set<Int> = []
        var generator = SystemRandomNumberGenerator()
        for number in 1...20_000 {
            ledger.publish(number)
            guard number % 7 == 0 else { continue }
            let target = UInt64.random(in: UInt64(max(1, number - 20))...UInt64(number), using: &generator)
            for (entry, _) in ledger.settle(target, multiple: Bool.random(), isConfirmed: true) {
                #expect(settled.insert(entry).inserted)
            }
        }
        for (entry, _) in ledger.settle(20_000, multiple: true, isConfirmed: true) { #expect(settled.insert(entry).inserted) }
        #expect(settled.count == 20_000)
        #expect(ledger.outstanding == 0)
    }
}
