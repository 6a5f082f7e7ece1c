import Accounts
import Database
import Model
import WebAPI

/// The status of notifications.
struct NotificationStore: Sendable {
    struct Record: Sendable {
        let id: NotificationID
        let request: String
        let reference: String?
        /// nil where the request named the address itself.
        let consumer: String?
        let endpoint: String
        let medium: String
        let lane: String
        let status: String
        let attempt: Int
        let provider: String?
        let providerReference: String?
        let reason: String?
        /// The notification for the next endpoint, after this one failed.
        let continuedAs: String?
        let createdAt: Timestamp
        let updatedAt: Timestamp

        init(_ row: Row) throws(DatabaseError) {
            guard let id = NotificationID(try row.text("id")) else {
                throw .unexpectedResult(problem: "an id is no UUID", statement: "notifications")
            }
            self.id = id
            request = try row.text("request")
            reference = try row.optionalText("reference")
            consumer = try row.optionalText("consumer")
            endpoint = try row.text("endpoint")
            medium = try row.text("medium")
            lane = try row.text("lane")
            status = try row.text("status")
            attempt = Int(try row.integer("attempt"))
            provider = try row.optionalText("provider")
            providerReference = try row.optionalText("provider_reference")
            reason = try row.optionalText("reason")
            continuedAs = try row.optionalText("continued_as")
            createdAt = Timestamp(milliseconds: try row.milliseconds("created_at"))
            updatedAt = Timestamp(milliseconds: try row.milliseconds("updated_at"))
        }
    }

    /// A try that failed.
    struct Attempt: Sendable {
        let attempt: Int
        let provider: String
        /// nil where an earlier version has recorded it.
        let verdict: String?
        let reason: String
        let at: Timestamp
        /// How long the call took, in milliseconds; nil where none was made.
        let duration: Int?

        init(_ row: Row) throws(DatabaseError) {
            attempt = Int(try row.integer("attempt"))
            provider = try row.text("provider")
            verdict = try row.optionalText("verdict")
            reason = try row.text("reason")
            at = Timestamp(milliseconds: try row.milliseconds("at"))
            duration = try row.optionalInteger("duration_ms").map { Int($0) }
        }
    }

    let database: Database

    func find(_ id: NotificationID, of tenant: Tenant) async throws(DatabaseError) -> (record: Record, failures: [Attempt])? {
        let values: [DatabaseValue] = [.text(tenant.name.text), .text(id.description)]
        guard let row = try await database.query(Self.find, values).first else { return nil }
        return (try Record(row), try await database.query(Self.attempts, [.text(id.description)]).mapped(Attempt.init))
    }

    /// The notifications of a request by their ids, all of them or those of one status.
    func list(of request: RequestID, status: Status?, _ page: PageQuery, of tenant: Tenant) async throws(DatabaseError) -> Page<
        Record
    > {
        let span = IDSpan(of: request)
        let after = page.after.flatMap { NotificationID($0)?.description } ?? span.first
        let values: [DatabaseValue] = [
            .text(tenant.name.text), .text(request.description), .text(status?.rawValue), .text(after), .text(span.last),
            .integer(Int64(page.limit + 1)),
        ]
        return Page(
            try await database.query(Self.list, values).mapped(Record.init), limit: page.limit, key: \.id.description)
    }

    private static let find = Statement(
        "find notification",
        """
        SELECT id, request, reference, consumer, endpoint, medium, lane, status, attempt, provider, provider_reference, reason,
            continued_as, created_at, updated_at
        FROM notifications WHERE service = $1 AND id = $2::uuid
        """)
    private static let attempts = Statement(
        "list attempts",
        "SELECT attempt, provider, verdict, reason, at, duration_ms FROM attempts WHERE notification = $1::uuid ORDER BY at, attempt"
    )
    private static let list = Statement(
        "list notifications",
        """
        SELECT id, request, reference, consumer, endpoint, medium, lane, status, attempt, provider, provider_reference, reason,
            continued_as, created_at, updated_at
        FROM notifications
        WHERE service = $1 AND request = $2::uuid AND ($3::notification_status IS NULL OR status = $3::notification_status)
            AND id > $4::uuid AND id <= $5::uuid
        ORDER BY id LIMIT $6
        """)
}
