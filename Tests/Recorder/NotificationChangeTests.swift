import Model
import Testing

@testable import Recorder

@Suite struct NotificationChangeTests {
    private func merged(_ events: NotificationEvent...) -> NotificationChange {
        var change = NotificationChange(events[0])
        for event in events.dropFirst() { change.merge(event) }
        return change
    }

    @Test func aLaterStatusReplacesProviderAndReason() {
        let change = merged(
            Sample.event(.created, attempt: 0), Sample.event(.retrying, attempt: 1, after: 10, reason: "HTTP 503"),
            Sample.event(.delivered, attempt: 2, after: 20, provider: "direct", providerReference: "7"))
        #expect(change.status == .delivered)
        #expect(change.attempt == 2)
        #expect(change.provider == "direct")
        #expect(change.providerReference == "7")
        #expect(change.reason == nil)
        #expect(change.createdAt == Sample.start)
        #expect(change.updatedAt == Sample.start + .milliseconds(20))
    }

    @Test func aRetryRaisesAttemptAndReasonOnly() {
        let change = merged(
            Sample.event(.sending, attempt: 1, provider: "direct"), Sample.event(.retrying, attempt: 2, reason: "HTTP 503"))
        #expect(change.status == .sending)
        #expect(change.attempt == 2)
        #expect(change.provider == "direct")
        #expect(change.reason == "HTTP 503")
    }

    @Test func aFinalStatusStaysWhateverComesLater() {
        let final = Sample.event(.delivered, attempt: 1, after: 5, provider: "direct")
        for kind in NotificationEvent.Kind.allCases {
            let change = merged(final, Sample.event(kind, attempt: 9, after: 9, provider: "other", reason: "late"))
            #expect(change == NotificationChange(final), "\(kind)")
        }
    }

    @Test(arguments: [NotificationEvent.Kind.sending, .pending, .sent, .delivered])
    func aNotificationThatAProviderHasAcceptedNeitherExpiresNorIsCancelled(kind: NotificationEvent.Kind) {
        let accepted = Sample.event(kind, attempt: 1, after: 5, provider: "direct")
        for end in [NotificationEvent.Kind.expired, .cancelled] {
            let change = merged(accepted, Sample.event(end, attempt: 2, after: 9, reason: "late"))
            #expect(change == NotificationChange(accepted))
        }
    }

    @Test(arguments: History.all)
    func theEventsOfAReplayEndInTheSameStatusInAnyOrder(history: History) {
        for order in history.orders {
            let events = history.events(of: 1, in: order)
            var change = NotificationChange(events[0])
            for event in events.dropFirst() { change.merge(event) }
            #expect(change.status == history.end.status && change.attempt == history.end.attempt, "\(order)")
        }
    }

    @Test func aLateReplayDoesNotReopenWhatWasDeliveredOrHasFailedSince() {
        let delivered = Sample.event(.delivered, attempt: 9, after: 5, provider: "direct")
        #expect(merged(delivered, Sample.event(.replayed, attempt: 8)).status == .delivered)
        #expect(merged(delivered, Sample.event(.replayed, attempt: 20)).status == .delivered)
        let failed = Sample.event(.temporaryFailure, attempt: 9, reason: "HTTP 503")
        let late = merged(failed, Sample.event(.replayed, attempt: 8))
        #expect(late.status == .temporaryFailure && late.reason == "HTTP 503")
        let next = merged(failed, Sample.event(.replayed, attempt: 10))
        #expect(next.status == .created && next.attempt == 10 && next.reason == nil)
    }

    @Test func aLateEventChangesOnlyTheTimeOfCreation() {
        let change = merged(Sample.event(.delivered, attempt: 1, after: 50), Sample.event(.created, attempt: 0, after: 0))
        #expect(change.status == .delivered)
        #expect(change.createdAt == Sample.start)
        #expect(change.updatedAt == Sample.start + .milliseconds(50))
    }

    @Test func aBatchHasOneRowForEachNotificationInTheOrderOfTheirIds() {
        let events = [3, 1, 2, 1, 3].map { Event.notification(Sample.event(.created, $0)) }
        let changes = Changes(events)
        #expect(changes.notifications.map(\.id) == [1, 2, 3].map { Sample.notification($0) })
    }

    @Test func thePartsOfARequestAreCollectedAndItsFirstEndStays() {
        func event(_ kind: RequestEvent.Kind, part: Int = 0, reason: String? = nil) -> Event {
            .request(
                RequestEvent(
                    kind: kind, request: Sample.request, tenant: Sample.tenant, reference: nil, lane: .bulk, at: Sample.start,
                    notifications: 10, part: part, parts: 3, reason: reason))
        }
        let changes = Changes([
            event(.expanded, part: 1), event(.expanded, part: 0), event(.expanded, part: 1), event(.expired, reason: "late"),
            event(.rejected),
        ])
        #expect(changes.requests.count == 1)
        #expect(changes.requests[0].partCount == 3)
        #expect(changes.requests[0].parts.map(\.number) == [1, 0])
        #expect(changes.requests[0].end == RequestChange.End(state: "expired", reason: "late", at: Sample.start))
    }
}
