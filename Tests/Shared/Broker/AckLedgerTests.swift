import Testing

@testable import Broker

@Suite struct AckLedgerTests {
    private func ledger(deliveries: UInt64) -> AckLedger {
        var ledger = AckLedger()
        for number in 1...deliveries { ledger.deliver(number) }
        return ledger
    }

    @Test func combinesAcknowledgementsOfConsecutiveDeliveries() {
        var ledger = ledger(deliveries: 3)
        for number: UInt64 in [2, 3, 1] { _ = ledger.acknowledge(number) }
        #expect(ledger.takeActions(burst: 1) == [.acknowledge(3, multiple: true)])
        #expect(ledger.takeActions(burst: 1).isEmpty)
        #expect(ledger.isSettled)
    }

    @Test func acknowledgesOneByOneAfterAnUnsettledDelivery() {
        var ledger = ledger(deliveries: 5)
        for number: UInt64 in [1, 2, 4, 5] { _ = ledger.acknowledge(number) }
        #expect(
            ledger.takeActions(burst: 1) == [
                .acknowledge(2, multiple: true), .acknowledge(4, multiple: false), .acknowledge(5, multiple: false),
            ])
        #expect(!ledger.isSettled)
    }

    @Test func acknowledgesOnlyNumbersThatAreUnsettledAtTheBroker() {
        var ledger = ledger(deliveries: 3)
        _ = ledger.acknowledge(3)
        #expect(ledger.takeActions(burst: 1) == [.acknowledge(3, multiple: false)])
        _ = ledger.acknowledge(1)
        _ = ledger.acknowledge(2)
        #expect(ledger.takeActions(burst: 1) == [.acknowledge(2, multiple: true)])
        #expect(ledger.isSettled)
    }

    @Test func sendsRejectionsBeforeAMultipleAcknowledgement() {
        var ledger = ledger(deliveries: 3)
        _ = ledger.acknowledge(1)
        _ = ledger.reject(2, requeue: false)
        _ = ledger.acknowledge(3)
        #expect(ledger.takeActions(burst: 1) == [.reject(2, requeue: false), .acknowledge(3, multiple: true)])
        #expect(ledger.isSettled)
    }

    @Test func sendsNoAcknowledgementIfAllAreRejected() {
        var ledger = ledger(deliveries: 2)
        _ = ledger.reject(1, requeue: true)
        _ = ledger.reject(2, requeue: true)
        #expect(ledger.takeActions(burst: 1) == [.reject(1, requeue: true), .reject(2, requeue: true)])
        #expect(ledger.isSettled)
    }

    @Test func refusesSettledAndUnknownNumbers() {
        var ledger = ledger(deliveries: 2)
        var accepted: [Bool] = []
        accepted.append(ledger.acknowledge(1))
        accepted.append(ledger.acknowledge(1))
        accepted.append(ledger.reject(1, requeue: true))
        accepted.append(ledger.acknowledge(0))
        accepted.append(ledger.acknowledge(3))
        _ = ledger.takeActions(burst: 1)
        accepted.append(ledger.acknowledge(1))
        #expect(accepted == [true, false, false, false, false, false])
    }

    @Test func defersAcknowledgementsAfterAnUnsettledDeliveryUpToTheBurst() {
        var ledger = ledger(deliveries: 5)
        _ = ledger.acknowledge(5)
        _ = ledger.acknowledge(3)
        #expect(ledger.takeActions(burst: 3).isEmpty)
        #expect(ledger.deferredCount == 2)
        _ = ledger.acknowledge(4)
        #expect(
            ledger.takeActions(burst: 3) == [3, 4, 5].map { .acknowledge($0, multiple: false) })
        #expect(ledger.deferredCount == 0)
    }

    @Test func combinesDeferredAcknowledgementsOnceTheEarlierDeliveryIsSettled() {
        var ledger = ledger(deliveries: 4)
        for number: UInt64 in [2, 3, 4] { _ = ledger.acknowledge(number) }
        #expect(ledger.takeActions(burst: 10).isEmpty)
        _ = ledger.acknowledge(1)
        #expect(ledger.takeActions(burst: 10) == [.acknowledge(4, multiple: true)])
        #expect(ledger.deferredCount == 0)
    }

    /// Simulates RabbitMQ, which closes the AMQP channel for a number that is not unsettled.
    @Test(arguments: 1...20) func neverSettlesANumberTwiceInARandomRun(seed: Int) {
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
            for action in ledger.takeActions(burst: Int.random(in: 1...30)) { apply(action, to: &waiting) }
            #expect(waiting.count == unsettled.count + ledger.deferredCount)
            #expect(ledger.isSettled == unsettled.isEmpty)
        }
        for action in ledger.takeActions(burst: 1) { apply(action, to: &waiting) }
        #expect(waiting == unsettled.sorted())
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
