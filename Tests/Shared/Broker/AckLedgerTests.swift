import Testing

@testable import Broker

@Suite struct AckLedgerTests {
    private func ledger(deliveries: UInt64) -> AckLedger {
        var ledger = AckLedger()
        for number in 1...deliveries { ledger.deliver(number) }
        return ledger
    }

    @Test func acknowledgesARunAtOnce() {
        var ledger = ledger(deliveries: 3)
        for number: UInt64 in [2, 3, 1] { _ = ledger.acknowledge(number) }
        #expect(ledger.takeActions() == [.acknowledge(3, multiple: true)])
        #expect(ledger.takeActions().isEmpty)
        #expect(ledger.isSettled)
    }

    @Test func acknowledgesWhatIsBehindAHoleOneByOne() {
        var ledger = ledger(deliveries: 5)
        for number: UInt64 in [1, 2, 4, 5] { _ = ledger.acknowledge(number) }
        #expect(
            ledger.takeActions() == [
                .acknowledge(2, multiple: true), .acknowledge(4, multiple: false), .acknowledge(5, multiple: false),
            ])
        #expect(!ledger.isSettled)
    }

    @Test func namesAMessageThatTheBrokerStillWaitsFor() {
        var ledger = ledger(deliveries: 3)
        _ = ledger.acknowledge(3)
        #expect(ledger.takeActions() == [.acknowledge(3, multiple: false)])
        _ = ledger.acknowledge(1)
        _ = ledger.acknowledge(2)
        #expect(ledger.takeActions() == [.acknowledge(2, multiple: true)])
        #expect(ledger.isSettled)
    }

    @Test func rejectsBeforeItAcknowledgesAround() {
        var ledger = ledger(deliveries: 3)
        _ = ledger.acknowledge(1)
        _ = ledger.reject(2, requeue: false)
        _ = ledger.acknowledge(3)
        #expect(ledger.takeActions() == [.reject(2, requeue: false), .acknowledge(3, multiple: true)])
        #expect(ledger.isSettled)
    }

    @Test func needsNoAcknowledgementWhereAllWasRejected() {
        var ledger = ledger(deliveries: 2)
        _ = ledger.reject(1, requeue: true)
        _ = ledger.reject(2, requeue: true)
        #expect(ledger.takeActions() == [.reject(1, requeue: true), .reject(2, requeue: true)])
        #expect(ledger.isSettled)
    }

    @Test func settlesNothingTwiceAndNothingUnknown() {
        var ledger = ledger(deliveries: 2)
        var accepted: [Bool] = []
        accepted.append(ledger.acknowledge(1))
        accepted.append(ledger.acknowledge(1))
        accepted.append(ledger.reject(1, requeue: true))
        accepted.append(ledger.acknowledge(0))
        accepted.append(ledger.acknowledge(3))
        _ = ledger.takeActions()
        accepted.append(ledger.acknowledge(1))
        #expect(accepted == [true, false, false, false, false, false])
    }

    /// A broker as RabbitMQ keeps its list: it closes the channel on a number that it does not wait for.
    @Test(arguments: 1...20) func neverNamesAMessageTwiceInARandomRun(seed: Int) {
        var ledger = AckLedger()
        var waiting: [UInt64] = []
        var unsettled: [UInt64] = []
        var delivered: UInt64 = 0
        for _ in 0..<400 {
            for _ in 0..<Int.random(in: 0...20) {
                delivered += 1
                ledger.deliver(delivered)
                waiting.append(delivered)
                unsettled.append(delivered)
            }
            unsettled.shuffle()
            for _ in 0..<Int.random(in: 0...20) {
                guard let number = unsettled.popLast() else { break }
                let isAccepted = Bool.random() ? ledger.acknowledge(number) : ledger.reject(number, requeue: false)
                #expect(isAccepted)
            }
            for action in ledger.takeActions() { apply(action, to: &waiting) }
            #expect(waiting == unsettled.sorted())
            #expect(ledger.isSettled == unsettled.isEmpty)
        }
    }

    private func apply(_ action: AckLedger.Action, to waiting: inout [UInt64]) {
        switch action {
        case .acknowledge(let number, let multiple):
            #expect(waiting.contains(number))
            waiting.removeAll { multiple ? $0 <= number : $0 == number }
        case .reject(let number, _):
            #expect(waiting.contains(number))
            waiting.removeAll { $0 == number }
        }
    }
}
