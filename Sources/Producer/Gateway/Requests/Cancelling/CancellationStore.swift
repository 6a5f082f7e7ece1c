import Accounts
import Cancellations
import Database
import Model

/// Records cancellations.
struct CancellationStore: Sendable {
    let database: Database

    /// Records that a request is cancelled, unless that is recorded already. The request itself need not be on record.
    ///
    /// - Returns: the cancellation, with the time of the first one. A repeat is safe.
    func cancel(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) -> Cancellation {
        let row = try await database.query(Self.cancelStatement, [.text(tenant.name.text), .text(id.description)]).single()
        return Cancellation(
            tenant: tenant.name, request: id, at: Timestamp(milliseconds: try row.milliseconds("cancelled_at")))
    }

    /// Records that nothing was left to stop, so that the request keeps its state.
    func markFinished(_ id: RequestID, of tenant: Tenant) async throws(DatabaseError) {
        try await database.query(Self.finishStatement, [.text(tenant.name.text), .text(id.description)])
    }

    private static let cancelStatement = Statement(
        "cancel request",
        """
        INSERT INTO cancellations AS old (service, request) VALUES ($1, $2::uuid)
        ON CONFLICT (service, request) DO UPDATE SET cancelled_at = old.cancelled_at
        RETURNING cancelled_at
        """)
    private static let finishStatement = Statement(
        "mark cancelled request as finished",
        "UPDATE cancellations SET was_finished = true WHERE service = $1 AND request = $2::uuid")
}
