import Database
import Model
import TestSupport
import Testing

@testable import Recorder

@Suite("The record of a notification that continued on the next endpoint")
struct ContinuationRecordTests {
    private static let continued = NotificationEvent.Continuation(
        notification: Sample.notification(1), endpoint: Sample.id(7), medium: .email)

    private static func failed(tenant: TenantName = Sample.tenant) -> NotificationEvent {
        var event = Sample.event(.permanentFailure, reason: "HTTP 410", tenant: tenant)
        event.continuation = continued
        return event
    }

    private static let delivered = NotificationEvent(
        kind: .delivered, notification: continued.notification, request: Sample.request, tenant: Sample.tenant,
        reference: "order 7", consumer: "ada", endpoint: continued.endpoint, medium: .email, lane: .normal, attempt: 1,
        at: Sample.start + .seconds(1), provider: "relay", providerReference: nil, reason: nil, failures: [])

    private func rows(after batches: [[NotificationEvent]]) async throws -> [String] {
        try await TestDatabase.withDatabase { database, _ in
            for events in batches { try await RecordStore(database).save(Changes(events.map { .notification($0) })) }
            return try await database.query(
                Statement("SELECT id, status, attempt, medium, continued_as FROM notifications ORDER BY id")
            ).map { row in
                let next = try row.optionalText("continued_as").map { " \($0.suffix(1))" } ?? ""
                return "\(try row.text("id").suffix(1)) \(try row.text("medium")) \(try row.text("status"))\(next)"
            }
        }
    }

    @Test func `has the next one from the same moment, so that the request is not final before`() async throws {
        let changes = Changes([.notification(Self.failed())])
        #expect(changes.notifications.map(\.status) == [.permanentFailure, .created])
        #expect(changes.notifications[1].medium == .email && changes.notifications[1].attempt == 0)
        #expect(try await rows(after: [[Self.failed()]]) == ["0 webhook permanent-failure 1", "1 email created"])
    }

    @Test func `is the same in any order and after repeats`() async throws {
        let result = ["0 webhook permanent-failure 1", "1 email delivered"]
        #expect(try await rows(after: [[Self.failed(), Self.delivered]]) == result)
        #expect(try await rows(after: [[Self.delivered], [Self.failed()], [Self.failed(), Self.delivered]]) == result)
        #expect(try await rows(after: [[Sample.event(.created)], [Self.failed()], [Self.delivered]]) == result)
    }

    @Test func `cannot be changed by another service`() async throws {
        let other = Self.failed(tenant: TenantName("other")!)
        #expect(
            try await rows(after: [[Sample.event(.permanentFailure)], [other]]).first == "0 webhook permanent-failure")
    }
}
