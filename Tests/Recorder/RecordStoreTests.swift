import Database
import Model
import TestSupport
import Testing

@testable import Recorder

@Suite struct RecordStoreTests {
    /// A row in the database.
    private struct Saved: Equatable {
        var status: Status
        var attempt: Int64
        var provider: String?
        var providerReference: String?
        var reason: String?
        var createdAt: Int64
        var updatedAt: Int64
    }

    private static let find = Statement(
        "find notification",
        """
        SELECT status, attempt, provider, provider_reference, reason, created_at, updated_at FROM notifications
        WHERE service = 'acme' AND id = $1::uuid
        """)
    private static let countFailures = Statement("SELECT count(*) FROM attempts")
    private static let findRequest = Statement("SELECT state, parts, reason, accepted_at, finished_at FROM requests")

    private func saved(_ number: Int, in database: Database) async throws -> Saved {
        let row = try await database.query(Self.find, [.text(Sample.notification(number).description)])[0]
        return Saved(
            status: Status(rawValue: try row.text("status"))!, attempt: try row.integer("attempt"),
            provider: try row.optionalText("provider"), providerReference: try row.optionalText("provider_reference"),
            reason: try row.optionalText("reason"), createdAt: try row.milliseconds("created_at"),
            updatedAt: try row.milliseconds("updated_at"))
    }

    private func save(_ events: [NotificationEvent], in database: Database) async throws {
        try await RecordStore(database).save(Changes(events.map { .notification($0) }))
    }

    /// The status after each kind of event of the next attempt, in the order of `NotificationEvent.Kind.allCases`: created, sending, pending,
    /// sent, delivered, the three failures, expired, cancelled, retrying, replayed.
    private static let table: [(Status, [Status])] = [
        (.created, next),
        (
            .sending,
            [
                .sending, .sending, .pending, .sent, .delivered, .temporaryFailure, .permanentFailure, .technicalFailure,
                .sending, .sending, .sending, .sending,
            ]
        ),
        (
            .pending,
            [
                .pending, .pending, .pending, .sent, .delivered, .temporaryFailure, .permanentFailure, .technicalFailure,
                .pending, .pending, .pending, .pending,
            ]
        ),
        (
            .sent,
            [
                .sent, .sent, .sent, .sent, .delivered, .temporaryFailure, .permanentFailure, .technicalFailure, .sent, .sent,
                .sent, .sent,
            ]
        ),
        (.delivered, Array(repeating: .delivered, count: 12)), (.temporaryFailure, next), (.permanentFailure, next),
        (.technicalFailure, next), (.expired, next), (.cancelled, next),
    ]
    /// What only waited, or failed before, has the status of the event.
    private static let next: [Status] = [
        .created, .sending, .pending, .sent, .delivered, .temporaryFailure, .permanentFailure, .technicalFailure, .expired,
        .cancelled, .created, .created,
    ]

    @Test(arguments: table)
    func anEventOfTheNextAttemptMovesAStatusForwardOrReplacesAFailure(old: Status, expected: [Status]) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let kinds = NotificationEvent.Kind.allCases
            let first = NotificationEvent.Kind(rawValue: old.rawValue)!
            let before = kinds.indices.map { Sample.event(first, $0, after: 10, provider: "first", reason: "first") }
            let after = kinds.enumerated().map { index, kind in
                Sample.event(kind, index, attempt: 2, after: 20, provider: "second", reason: "second")
            }
            try await save(before, in: database)
            try await save(after, in: database)
            for (index, kind) in kinds.enumerated() {
                let row = try await saved(index, in: database)
                #expect(row.status == expected[index], "\(old) and then \(kind)")
                // A notification that a provider has accepted neither expires nor is cancelled, and the event changes nothing.
                let isUnchanged =
                    old == .delivered || [.expired, .cancelled].contains(kind) && !old.isFailure && old != .created
                #expect(row.attempt == (isUnchanged ? 1 : 2), "\(old) and then \(kind)")
                let isReplaced = old.isFailure || expected[index] > old
                #expect(row.provider == (isReplaced ? "second" : "first"), "\(old) and then \(kind)")
                #expect(row.reason == (isUnchanged ? "first" : "second"), "\(old) and then \(kind)")
                #expect(row.createdAt == Sample.start.milliseconds + 10)
                #expect(row.updatedAt == Sample.start.milliseconds + (isUnchanged ? 10 : 20))
            }
        }
    }

    @Test(arguments: table.map(\.0))
    func savingOneAfterTheOtherHasTheSameResultAsMerging(old: Status) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let kinds = NotificationEvent.Kind.allCases
            let first = NotificationEvent.Kind(rawValue: old.rawValue)!
            var before: [NotificationEvent] = []
            var after: [NotificationEvent] = []
            for (index, kind) in kinds.enumerated() {
                before.append(Sample.event(first, index, after: 10, providerReference: "7"))
                after.append(Sample.event(kind, index, attempt: 2, after: 5, provider: "second", reason: "second"))
            }
            try await save(before, in: database)
            try await save(after, in: database)
            for index in kinds.indices {
                var change = NotificationChange(before[index])
                change.merge(after[index])
                let expected = Saved(
                    status: change.status, attempt: Int64(change.attempt), provider: change.provider,
                    providerReference: change.providerReference, reason: change.reason, createdAt: change.createdAt.milliseconds,
                    updatedAt: change.updatedAt.milliseconds)
                #expect(try await saved(index, in: database) == expected, "\(old) and then \(kinds[index])")
            }
        }
    }

    @Test(arguments: History.all)
    func theEventsOfAReplayEndInTheSameStatusInAnyOrder(history: History) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let orders = history.orders.enumerated().filter { $0.offset.isMultiple(of: 7) }.map(\.element)
            for (number, order) in orders.enumerated() {
                for event in history.events(of: number, in: order) { try await save([event], in: database) }
                let row = try await saved(number, in: database)
                #expect(row.status == history.end.status && row.attempt == history.end.attempt, "\(order)")
            }
        }
    }

    @Test func aRepeatedBatchChangesNothingAndCountsNothingTwice() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let batch = [
                Sample.event(.created, 1, attempt: 0),
                Sample.event(.retrying, 1, attempt: 1, after: 10, reason: "HTTP 503", failures: [Sample.failure(1)]),
                Sample.event(.delivered, 1, attempt: 2, after: 20, provider: "direct", failures: [Sample.failure(1)]),
            ]
            try await save(batch, in: database)
            let row = try await saved(1, in: database)
            for part in [batch, batch.reversed(), [batch[0]], [batch[1]]] { try await save(part, in: database) }
            #expect(try await saved(1, in: database) == row)
            #expect(try await database.query(Self.countFailures)[0].integer(0) == 1)
        }
    }

    @Test func eventsInAnyOrderEndInTheSameStatus() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let events = [
                Sample.event(.created, 1, attempt: 0), Sample.event(.sending, 1, after: 10),
                Sample.event(.delivered, 1, after: 20),
            ]
            for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [2, 0, 1]] {
                try await database.query(Statement("DELETE FROM notifications"))
                for place in order { try await save([events[place]], in: database) }
                let row = try await saved(1, in: database)
                #expect(row.status == .delivered)
                #expect(row.createdAt == Sample.start.milliseconds)
                #expect(row.updatedAt == Sample.start.milliseconds + 20)
            }
        }
    }

    @Test func anEventOfAnotherServiceChangesNothing() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await save([Sample.event(.created, 1)], in: database)
            try await save([Sample.event(.delivered, 1, tenant: TenantName("other")!)], in: database)
            #expect(try await saved(1, in: database).status == .created)
        }
    }

    @Test func anEndpointThatIsGoneIsRetiredInItsOwnServiceOnly() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let endpoint: EndpointID = Sample.id(5)
            try await database.query(Statement("INSERT INTO services (name) VALUES ('acme'), ('other')"))
            try await database.query(
                Statement("INSERT INTO consumers (service_id, name) SELECT id, 'ada' FROM services WHERE name = 'acme'"))
            try await database.query(
                Statement("INSERT INTO endpoints (id, consumer_id, medium, address) SELECT $1, id, 'webhook', '' FROM consumers"),
                [.text(endpoint.description)])
            let state = Statement("SELECT state FROM endpoints")
            let stranger = TenantName("other")!
            try await save(
                [Sample.event(.permanentFailure, 1, tenant: stranger, endpoint: endpoint, finding: .gone)], in: database)
            #expect(try await database.query(state)[0].text(0) == "active")
            try await save([Sample.event(.permanentFailure, 2, endpoint: endpoint, finding: .gone)], in: database)
            #expect(try await database.query(state)[0].text(0) == "gone")
        }
    }

    /// - Parameter moment: in milliseconds after the start; nil: the number of the part.
    private func requestEvent(
        _ kind: RequestEvent.Kind, part: Int = 0, parts: Int = 1, notCreated: Int? = nil, reason: String? = nil,
        at moment: Int? = nil
    ) -> Event {
        .request(
            RequestEvent(
                kind: kind, request: Sample.request, tenant: Sample.tenant, reference: "order 7", lane: .normal,
                at: Sample.start + .milliseconds(moment ?? part), notifications: 10, notCreated: notCreated, part: part,
                parts: parts,
                reason: reason))
    }

    @Test func aRequestIsExpandedWhenItsLastPartIsRecordedInAnyOrder() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = RecordStore(database)
            for part in [2, 0, 0, 2] {
                try await store.save(Changes([requestEvent(.expanded, part: part, parts: 3)]))
                #expect(try await database.query(Self.findRequest)[0].text("state") == "accepted")
            }
            try await store.save(Changes([requestEvent(.expanded, part: 1, parts: 3)]))
            let row = try await database.query(Self.findRequest)[0]
            #expect(try row.text("state") == "expanded")
            #expect(try row.integer("parts") == 3)
            #expect(try row.milliseconds("finished_at") == Sample.start.milliseconds + 2)
        }
    }

    @Test func partsThatAreSavedAtTheSameTimeStillCompleteTheRequest() async throws {
        try await TestDatabase.withDatabase(poolSize: 8) { database, _ in
            let store = RecordStore(database)
            try await withThrowingTaskGroup { group in
                for part in 0..<40 {
                    group.addTask { try await store.save(Changes([requestEvent(.expanded, part: part, parts: 40)])) }
                }
                try await group.waitForAll()
            }
            #expect(try await database.query(Self.findRequest)[0].text("state") == "expanded")
        }
    }

    @Test func aRequestThatWasRejectedAndSentAgainIsExpandedEvenIfBothEventsAreSavedTogether() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = RecordStore(database)
            try await database.query(
                Statement(
                    "INSERT INTO requests (service, id, lane, channels, accepted_at, admitted_at) VALUES ('acme', $1, 'bulk', '{news}', $2, $2)"
                ),
                [.text(Sample.request.description), .moment(milliseconds: Sample.start.milliseconds + 1)])
            // The rejection is of the earlier request.
            try await store.save(Changes([requestEvent(.rejected, reason: "no such channel"), requestEvent(.expanded, at: 2)]))
            #expect(try await database.query(Self.findRequest)[0].text("state") == "expanded")
        }
    }

    @Test func whatTheRouterHasRecordedStaysAndTheFirstEndStays() async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = RecordStore(database)
            try await database.query(
                Statement(
                    "INSERT INTO requests (service, id, lane, channels, accepted_at) VALUES ('acme', $1, 'bulk', '{news}', $2)"),
                [.text(Sample.request.description), .moment(milliseconds: 5)])
            try await store.save(Changes([requestEvent(.rejected, reason: "no such channel")]))
            try await store.save(Changes([requestEvent(.expanded), requestEvent(.expired, reason: "late")]))
            let row = try await database.query(Self.findRequest)[0]
            #expect(try row.text("state") == "rejected")
            #expect(try row.text("reason") == "no such channel")
            #expect(try row.milliseconds("accepted_at") == 5)
        }
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
    func aCancelledRequestStaysCancelledAndKeepsWhatItsPartsHaveCreatedInAnyOrder(order: [Int]) async throws {
        try await TestDatabase.withDatabase { database, _ in
            let store = RecordStore(database)
            let events = [
                requestEvent(.expanded, part: 0, parts: 3), requestEvent(.cancelled, part: 1, parts: 3, notCreated: 90),
                requestEvent(.expanded, part: 2, parts: 3, at: 900),
            ]
            for place in order { try await store.save(Changes([events[place]])) }
            let together = Changes(order.map { events[$0] })
            #expect(together.requests[0].end?.state == "cancelled")
            try await store.save(together)
            #expect(try await database.query(Self.findRequest)[0].text("state") == "cancelled")
            let parts = try await database.query(
                Statement("SELECT sum(notifications)::bigint AS made, sum(not_created)::bigint AS left FROM request_parts"))[0]
            #expect(try parts.integer("made") == 30 && parts.integer("left") == 90)
        }
    }

    @Test func aRequestThatIsCancelledBeforeItIsExpandedHasNoParts() async throws {
        try await TestDatabase.withDatabase { database, _ in
            try await RecordStore(database).save(Changes([requestEvent(.cancelled, reason: "it was cancelled")]))
            #expect(try await database.query(Self.findRequest)[0].text("state") == "cancelled")
            #expect(try await database.query(Statement("SELECT FROM request_parts")).isEmpty)
        }
    }
}
