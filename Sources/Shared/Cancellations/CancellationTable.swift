public import Database
import Model

/// The table of cancellations.
public struct CancellationTable: Sendable {
    /// How long a cancellation has an effect: longer than anything waits for its lane or for its next attempt.
    public static let lifetime = Duration.seconds(30 * 86_400)
    /// A transaction may commit this much later than its cancellation says, so a reader begins this much earlier.
    static let overlap = Duration.seconds(60)

    private static let pageSize = 10_000
    private static let statement = Statement(
        "read cancellations",
        """
        SELECT service, request::text AS request, cancelled_at FROM cancellations
        WHERE (cancelled_at, service, request) > ($1::timestamptz, $2, $3::uuid)
        ORDER BY cancelled_at, service, request LIMIT $4
        """)

    private let database: Database

    public init(_ database: Database) { self.database = database }

    /// Reads the cancellations since a time, page by page, oldest first.
    ///
    /// - Returns: the time of the last one; nil where there was none.
    /// - Throws: `DatabaseError`; what was read before stays valid.
    func read(since time: Timestamp, _ body: ([Cancellation]) -> Void) async throws(DatabaseError) -> Timestamp? {
        var after = (at: time, service: "", request: RequestID.lowest.description)
        var last: Timestamp?
        while true {
            let rows = try await database.query(
                Self.statement,
                [
                    .moment(milliseconds: after.at.milliseconds), .text(after.service), .text(after.request),
                    .integer(Int64(Self.pageSize)),
                ])
            var page: [Cancellation] = []
            page.reserveCapacity(rows.count)
            for row in rows {
                after = (
                    Timestamp(milliseconds: try row.milliseconds("cancelled_at")), try row.text("service"),
                    try row.text("request")
                )
                last = after.at
                guard let tenant = TenantName(after.service), let request = RequestID(after.request) else { continue }
                page.append(Cancellation(tenant: tenant, request: request, at: after.at))
            }
            body(page)
            if rows.count < Self.pageSize { return last }
        }
    }
}

extension RequestID {
    /// The lowest of all UUIDs.
    fileprivate static let lowest = RequestID("00000000-0000-0000-0000-000000000000")!
}
