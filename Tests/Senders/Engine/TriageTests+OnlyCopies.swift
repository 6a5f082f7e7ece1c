import Contract
import Model
import Synchronization
import Testing
import Topology

@testable import Senders

extension TriageTests {
    @Test func `another lane asks again for a few, and the others wait outside`() async {
        let asked = Atomic(0)
        let triage = triage(patience: .seconds(30)) { _ in
            let count = asked.add(1, ordering: .relaxed).newValue
            return AttemptRecord.Reading(entries: [:], through: count < 3 ? Timestamp(milliseconds: 0) : .now)
        }
        for _ in 1...2 {
            let deliveries = (0..<Triage.few + 5).map { _ in delivery(SettlementTests.notification(), redelivered: true) }
            let sorted = await sorted(triage, deliveries)
            #expect(sorted.ready.count == Triage.few)
            #expect(sorted.settled.map(\.retry?.step) == Array(repeating: .fiveSeconds, count: 5))
        }
        #expect(asked.load(ordering: .relaxed) == 4)
    }

    @Test func `what the same process may have in open calls waits outside`() async {
        let triage = triage(patience: .seconds(30)) { _ in Self.reading() }
        let message = NotificationMessage(SettlementTests.notification())
        _ = triage.sort([.carrying(message, epoch: 1)])
        #expect(await sorted(triage, [.carrying(message, redelivered: true, epoch: 2)]).ready.isEmpty)
    }

    @Test func `one that waits for its turn keeps it, however little of its wait is left`() {
        for left in [700, 1500, 4800] {
            var early = SettlementTests.notification()
            early.notBefore = .now + .milliseconds(left)
            let retry = triage { _ in Self.reading() }.sort([delivery(early)]).settled[0].retry
            #expect(retry?.keepsTurn == true)
        }
    }

    @Test func `one that may have another copy waits outside`() async {
        let triage = triage(patience: .seconds(30)) { _ in Self.reading() }
        var marked = SettlementTests.notification()
        marked.duplicateRisk = .possible
        #expect(await sorted(triage, [delivery(marked), delivery(marked, redelivered: true)]).ready.isEmpty)
    }
}
