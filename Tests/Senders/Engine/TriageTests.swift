import Broker
import Cancellations
import Contract
import Model
import Runtime
import Synchronization
import Testing
import Topology

@testable import Senders

@Suite("Triage before anything is sent")
struct TriageTests {
    struct Away: Error {}

    func triage(
        _ lane: Lane = .normal, patience: Duration = .zero, cancelled: CancelledRequests = CancelledRequests(),
        disabled: DisabledEndpoints = DisabledEndpoints(),
        lookUp: @escaping @Sendable ([NotificationID]) async throws -> AttemptRecord.Reading
    ) -> Triage {
        Triage(
            queue: .send(.webhook, lane, .sparse), lane: lane, record: AttemptRecord { ids, _ in try await lookUp(ids) },
            marker: RecordMarker(lane: lane) { _ in },
            recent: RecentAttempts.Shared(), cancelled: cancelled, disabled: disabled, patience: patience, log: .discarded)
    }

    /// That the notification's request was cancelled.
    static func cancelling(_ notifications: Notification...) -> CancelledRequests {
        let cancelled = CancelledRequests()
        cancelled.add(notifications.map { Cancellation(tenant: $0.tenant, request: $0.request, at: .now) })
        return cancelled
    }

    /// A record that is up to date.
    static func reading(_ entries: [NotificationID: AttemptRecord.Entry] = [:]) -> AttemptRecord.Reading {
        AttemptRecord.Reading(entries: entries, through: .now)
    }

    func delivery(_ notification: Notification, redelivered: Bool = false) -> OpenDelivery {
        .carrying(NotificationMessage(notification), redelivered: redelivered)
    }

    static func possibleDuplicate(lane: Lane = .normal, attempt: Int = 1, expiresIn: Duration? = nil) -> Notification {
        var notification = SettlementTests.notification(lane: lane, attempt: attempt, expiresIn: expiresIn)
        (notification.duplicateRisk, notification.possibleDuplicateSince) = (.delayed, SettlementTests.past)
        return notification
    }

    /// Sorts and looks up at once.
    func sorted(_ triage: Triage, _ deliveries: [OpenDelivery]) async -> Triage.Sorted {
        var sorted = triage.sort(deliveries)
        let resolved = await triage.resolve(sorted.possibleDuplicates)
        sorted.ready += resolved.ready
        sorted.settled += resolved.settled
        return sorted
    }

    @Test func `what is delivered the first time is not looked up`() {
        let sorted = triage { _ in Self.reading() }.sort([delivery(SettlementTests.notification(expiresIn: nil))])
        #expect(sorted.ready.count == 1)
        #expect(sorted.settled.isEmpty && sorted.possibleDuplicates.isEmpty)
    }

    @Test func `what is redelivered waits until the recorder has caught up`() {
        let sorted = triage { _ in Self.reading() }.sort([delivery(SettlementTests.notification(), redelivered: true)])
        #expect(sorted.ready.isEmpty && sorted.possibleDuplicates.isEmpty)
        #expect(sorted.settled.map(\.retry?.step) == [.fiveSeconds])
        #expect(sorted.settled[0].retry?.notification.duplicateRisk == .delayed)
        #expect(sorted.settled[0].retry?.notification.possibleDuplicateSince != nil)
        #expect(sorted.settled[0].event == nil)
    }

    @Test func `what has waited and is redelivered is a possible duplicate since now`() throws {
        let sorted = triage { _ in Self.reading() }.sort([delivery(Self.possibleDuplicate(), redelivered: true)])
        #expect(sorted.possibleDuplicates.isEmpty)
        #expect(try #require(sorted.settled[0].retry?.notification.possibleDuplicateSince) > SettlementTests.past)
    }

    @Test func `what is redelivered on the priority lane is looked up at once, and stays a possible duplicate`() async {
        let sorted = await sorted(
            triage(.priority) { _ in Self.reading() },
            [delivery(SettlementTests.notification(lane: .priority), redelivered: true)])
        #expect(sorted.ready.map(\.notification.duplicateRisk) == [.possible])
    }

    @Test func `a possible duplicate waits, too`() {
        var notification = SettlementTests.notification()
        notification.duplicateRisk = .possible
        let sorted = triage { _ in Self.reading() }.sort([delivery(notification)])
        #expect(sorted.ready.isEmpty && sorted.possibleDuplicates.isEmpty)
        #expect(sorted.settled.map(\.retry?.notification.duplicateRisk) == [.delayed])
    }

    @Test(arguments: [
        (Status.created, 0, 1, false), (.created, 1, 1, true), (.created, 1, 2, false), (.sent, 1, 1, true),
        (.delivered, 1, 1, true),
        (.permanentFailure, 1, 1, true), (.temporaryFailure, 1, 2, true), (.temporaryFailure, 1, 3, false),
        (.expired, 1, 3, false), (.delivered, 1, 3, true),
    ])
    func `what has waited is dropped if the record covers it`(status: Status, recorded: Int, attempt: Int, isDropped: Bool) async
    {
        let notification = Self.possibleDuplicate(attempt: attempt)
        let entries = [notification.id: AttemptRecord.Entry(status: status, attempt: recorded)]
        let sorted = await sorted(triage { _ in Self.reading(entries) }, [delivery(notification)])
        #expect(sorted.ready.isEmpty == isDropped)
        #expect(sorted.settled.count == (isDropped ? 1 : 0))
    }

    @Test func `a record that is too far behind is not relied on, and no attempt is spent`() async {
        let notification = Self.possibleDuplicate()
        let behind = AttemptRecord.Reading(entries: [:], through: SettlementTests.past + .milliseconds(-1))
        let waiting = await sorted(triage { _ in behind }, [delivery(notification)])
        #expect(waiting.ready.isEmpty)
        #expect(waiting.settled.map(\.retry?.step) == [.fiveSeconds])
        #expect(waiting.settled[0].retry?.notification.possibleDuplicateSince == notification.possibleDuplicateSince)
        #expect(waiting.settled[0].retry?.notification.attempt == 1)
        let level = AttemptRecord.Reading(entries: [:], through: SettlementTests.past)
        #expect(await sorted(triage { _ in level }, [delivery(notification)]).ready.count == 1)
    }

    @Test func `what is on a record that is behind is relied on`() async {
        let notification = Self.possibleDuplicate()
        let behind = AttemptRecord.Reading(
            entries: [notification.id: AttemptRecord.Entry(status: .sent, attempt: 1)], through: Timestamp(milliseconds: 0))
        let sorted = await sorted(triage { _ in behind }, [delivery(notification)])
        #expect(sorted.ready.isEmpty)
        #expect(sorted.settled.count == 1 && sorted.settled[0].retry == nil && sorted.settled[0].event == nil)
    }

    @Test func `the priority lane asks again for a moment`() async {
        let asked = Atomic(0)
        let triage = triage(.priority, patience: .seconds(30)) { _ in
            let count = asked.add(1, ordering: .relaxed).newValue
            return AttemptRecord.Reading(entries: [:], through: count < 3 ? Timestamp(milliseconds: 0) : .now)
        }
        let sorted = await sorted(triage, [delivery(Self.possibleDuplicate(lane: .priority))])
        #expect(sorted.ready.count == 1)
        #expect(asked.load(ordering: .relaxed) == 3)
    }

    @Test func `of two copies that are looked up before either is on record, one waits on`() async {
        var copy = Self.possibleDuplicate()
        let triage = triage { _ in Self.reading() }
        let first = await sorted(triage, [delivery(copy), delivery(copy)])
        #expect(first.ready.count == 1)
        #expect(first.settled.map(\.retry?.step) == [.fiveSeconds])
        let second = await sorted(triage, [delivery(copy)])
        #expect(second.ready.isEmpty)
        #expect(second.settled.map(\.retry?.step) == [.fiveSeconds])
        copy.attempt += 1
        #expect(await sorted(triage, [delivery(copy)]).ready.count == 1)
    }

    @Test func `a possible duplicate that was deferred without an attempt is sent when it comes back`() async throws {
        let triage = triage { _ in Self.reading() }
        let begun = await sorted(triage, [delivery(Self.possibleDuplicate())]).ready[0]
        let outcome = Outcome(verdict: .deferred(why: .stalled), provider: "direct", failures: [])
        let aside = triage.item(begun.delivery, Settlement(of: begun.notification, outcome, .patient, at: .now))
        let back = try #require(aside.retry?.notification)
        #expect(back.attempt == 1 && back.deferrals == 1)
        #expect(await sorted(triage, [delivery(back)]).ready.count == 1)
    }

    @Test func `an attempt is forgotten after a while`() {
        let notification = SettlementTests.notification()
        let start = ContinuousClock.now
        var recent = RecentAttempts()
        let spans: [(after: Double, isBegun: Bool)] = [(0, true), (1, false), (2, true), (2.5, false), (9, true)]
        for (after, isBegun) in spans {
            let begun = recent.begin(notification, at: start + RecentAttempts.span * after)
            #expect(begun == isBegun, "after \(after) spans")
        }
    }

    @Test func `while the record cannot be read a possible duplicate keeps waiting`() async {
        let sorted = await sorted(triage { _ in throw Away() }, [delivery(Self.possibleDuplicate())])
        #expect(sorted.ready.isEmpty)
        #expect(sorted.settled.map(\.retry?.step) == [.fiveSeconds])
    }

    @Test func `an invalid message is parked with its reason`() {
        var broken = NotificationMessage(SettlementTests.notification()).outgoing()
        broken.properties.type = "something.else"
        let sorted = triage { _ in Self.reading() }.sort([.carrying(broken)])
        #expect(sorted.settled[0].parked?.outgoing().routingKey == "poison")
    }

    static let over = Duration.seconds(-1_000_000_000)

    @Test func `what is past its time is expired and not sent`() {
        let sorted = triage { _ in Self.reading() }.sort([delivery(SettlementTests.notification(expiresIn: Self.over))])
        #expect(sorted.ready.isEmpty)
        #expect(sorted.settled.map(\.event?.kind) == [.expired])
    }

    @Test func `a possible duplicate is looked up before it can expire`() async {
        let notification = Self.possibleDuplicate(expiresIn: Self.over)
        let sent = [notification.id: AttemptRecord.Entry(status: .sent, attempt: 1)]
        let repeated = await sorted(triage { _ in Self.reading(sent) }, [delivery(notification)])
        #expect(repeated.settled.count == 1 && repeated.settled[0].event == nil)
        let unknown = await sorted(triage { _ in throw Away() }, [delivery(notification)])
        #expect(unknown.settled.map(\.event?.kind) == [nil] && unknown.settled[0].retry != nil)
        let redelivered = triage { _ in Self.reading() }
            .sort([delivery(SettlementTests.notification(expiresIn: Self.over), redelivered: true)])
        #expect(redelivered.settled.map(\.event?.kind) == [nil])
        let unsent = await sorted(triage { _ in Self.reading() }, [delivery(notification)])
        #expect(unsent.settled.map(\.event?.kind) == [.expired])
    }

    @Test func `what may have been sent does not expire before its provider is asked`() {
        var open = SettlementTests.notification(attempt: 2, expiresIn: .seconds(-200_000_000))
        #expect(triage { _ in Self.reading() }.sort([delivery(open)]).settled.map(\.event?.kind) == [.expired])
        open.reconciliation = Reconciliation(provider: "primary", count: 1)
        #expect(
            triage { _ in Self.reading() }.sort([delivery(open)]).ready.map(\.notification.reconciliation) == [
                open.reconciliation
            ])
    }

    @Test func `what came back before its time keeps waiting without an attempt`() {
        var early = SettlementTests.notification(attempt: 3)
        early.notBefore = .now + .seconds(100)
        let triage = triage { _ in Self.reading() }
        let sorted = triage.sort([delivery(early)])
        #expect(sorted.ready.isEmpty)
        #expect(sorted.settled.map(\.retry?.step) == [.thirtySeconds])
        #expect(sorted.settled[0].retry?.notification.attempt == 3 && sorted.settled[0].event == nil)
        early.notBefore = .now
        #expect(triage.sort([delivery(early)]).ready.count == 1)
    }

    @Test func `of several in one message each goes its own way`() async throws {
        var notifications = SettlementTests.fanOut(of: 3)
        for index in notifications.indices {
            (notifications[index].duplicateRisk, notifications[index].possibleDuplicateSince) = (.delayed, SettlementTests.past)
        }
        let done = notifications[1].id
        let triage = triage { _ in Self.reading([done: AttemptRecord.Entry(status: .delivered, attempt: 1)]) }
        let message = try #require(NotificationMessage.messages(of: notifications).first)
        let delivery = OpenDelivery.carrying(message)
        let sorted = await sorted(triage, [delivery])
        #expect(sorted.ready.map(\.notification.id) == [notifications[0].id, notifications[2].id])
        #expect(sorted.settled.count == 1 && sorted.settled[0].event == nil && sorted.settled[0].retry == nil)
        #expect((sorted.ready.map(\.delivery) + sorted.settled.map(\.delivery)).allSatisfy { $0 === delivery })
    }

    @Test(.timeLimit(.minutes(1))) func `a mark is published after it was asked for, and many callers share few marks`() async {
        let (marks, mark) = AsyncStream.makeStream(of: OutgoingMessage.self)
        let marker = RecordMarker(lane: .priority) { mark.yield($0) }
        var published = marks.makeAsyncIterator()
        marker.ask()
        let first = await published.next()
        #expect(first?.exchange == "events.priority" && first?.routingKey == "_record.mark")
        let start = ContinuousClock.now
        for _ in 0..<1000 { marker.ask() }
        #expect(await published.next() != nil)
        #expect(.now - start >= .milliseconds(200))
        mark.finish()
        #expect(await published.next() == nil)
    }
}

extension OpenDelivery {
    static func carrying(_ message: NotificationMessage, redelivered: Bool = false, epoch: UInt32 = 1) -> OpenDelivery {
        carrying(message.outgoing(), redelivered: redelivered, epoch: epoch)
    }

    static func carrying(_ message: OutgoingMessage, redelivered: Bool = false, epoch: UInt32 = 1) -> OpenDelivery {
        OpenDelivery(
            Delivery(
                tag: DeliveryTag(epoch: epoch, number: 1), exchange: message.exchange, routingKey: message.routingKey,
                isRedelivered: redelivered, properties: message.properties, body: message.body))
    }
}
