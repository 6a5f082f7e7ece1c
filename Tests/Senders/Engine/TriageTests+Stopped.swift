import Cancellations
import Model
import Testing

@testable import Senders

/// What is stopped while it waits: its endpoint was disabled, or its request was cancelled.
extension TriageTests {
    @Test func `what has waited for an endpoint that was disabled meanwhile ends, and says what to do`() async throws {
        var waited = SettlementTests.notification(attempt: 2)
        waited.remember([FailedTry(attempt: 1, provider: "direct", reason: "HTTP 503", at: SettlementTests.now)])
        let disabled = DisabledEndpoints()
        let triage = triage(disabled: disabled) { _ in Self.reading() }
        #expect(triage.sort([delivery(waited)]).ready.count == 1)
        disabled.replace(with: [waited.endpoint.id])
        let sorted = triage.sort([delivery(waited)])
        #expect(sorted.ready.isEmpty)
        let event = try #require(sorted.settled.first?.event)
        #expect(event.kind == .permanentFailure && event.attempt == 1 && event.failures == waited.history)
        #expect(event.reason?.contains("register its address again") == true)
        // A possible duplicate may have been delivered: it is looked up first.
        (waited.duplicateRisk, waited.possibleDuplicateSince) = (.delayed, SettlementTests.past)
        #expect(triage.sort([delivery(waited)]).possibleDuplicates.count == 1)
        // What is new was made after the endpoint was enabled.
        waited.attempt = 1
        waited.duplicateRisk = .none
        #expect(triage.sort([delivery(waited)]).ready.count == 1)
    }

    @Test func `what is delivered of a cancelled request is not sent, whenever its next attempt is, and neighbours are`() {
        var (waiting, neighbour) = (SettlementTests.notification(attempt: 3), SettlementTests.notification())
        waiting.notBefore = .now + .seconds(600)
        neighbour.notBefore = nil
        let sorted = triage(cancelled: Self.cancelling(waiting)) { _ in Self.reading() }.sort([
            delivery(waiting), delivery(neighbour),
        ])
        #expect(sorted.ready.map(\.notification.id) == [neighbour.id])
        #expect(sorted.settled.map(\.event?.kind) == [.cancelled])
        #expect(sorted.settled[0].event?.attempt == 2)
        #expect(sorted.settled[0].retry == nil && sorted.settled[0].parked == nil)
    }

    @Test func `a cancelled possible duplicate is looked up first, because its first copy may have been sent`() async {
        let (sent, unsent) = (Self.possibleDuplicate(), Self.possibleDuplicate())
        let entries = [sent.id: AttemptRecord.Entry(status: .delivered, attempt: 1)]
        let sorted = await sorted(
            triage(cancelled: Self.cancelling(sent, unsent)) { _ in Self.reading(entries) }, [delivery(sent), delivery(unsent)])
        #expect(sorted.ready.isEmpty)
        #expect(Set(sorted.settled.map { $0.event?.notification }) == [nil, unsent.id])
        #expect(sorted.settled.compactMap(\.event?.kind) == [.cancelled])
    }
}
